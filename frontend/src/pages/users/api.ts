import { api, ask } from '@/api/client'

export { userRecords } from '@/api/records'

/** The user has to choose a password of his own at the next sign-in. */
export const resetPassword = (username: string, password: string): Promise<undefined> =>
  ask(api.POST('/users/{username}/password', { params: { path: { username } }, body: { password } }))
