import { api, ask } from '@/api/client'
import type { Member } from '@/api/types'

export { groupRecords } from '@/api/records'

export const listMembers = async (group_id: string): Promise<Member[]> =>
  (await ask(api.GET('/groups/{group_id}/members', { params: { path: { group_id } } }))).items

/** Adds a member, or changes his level and priority. */
type MemberFields = Pick<Member, 'username' | 'name' | 'level' | 'priority' | 'position' | 'weight'>

export const putMember = (group_id: string, { username, ...body }: MemberFields): Promise<Member> =>
  ask(
    api.PUT('/groups/{group_id}/members/{username}', {
      params: { path: { group_id, username } },
      body: { name: body.name, level: body.level, priority: body.priority, position: body.position, weight: body.weight },
    }),
  )

export const removeMember = (group_id: string, username: string): Promise<undefined> =>
  ask(api.DELETE('/groups/{group_id}/members/{username}', { params: { path: { group_id, username } } }))
