import { api, ask } from '@/api/client'
import type { Member } from '@/api/types'

export { groupRecords } from '@/api/records'

export const listMembers = async (group_id: string): Promise<Member[]> =>
  (await ask(api.GET('/groups/{group_id}/members', { params: { path: { group_id } } }))).items

/** Adds a member, or changes his level and priority. */
export const putMember = (group_id: string, { username, name, level, priority }: Pick<Member, 'username' | 'name' | 'level' | 'priority'>): Promise<Member> =>
  ask(
    api.PUT('/groups/{group_id}/members/{username}', {
      params: { path: { group_id, username } },
      body: { level, priority, name },
    }),
  )

export const removeMember = (group_id: string, username: string): Promise<undefined> =>
  ask(api.DELETE('/groups/{group_id}/members/{username}', { params: { path: { group_id, username } } }))
