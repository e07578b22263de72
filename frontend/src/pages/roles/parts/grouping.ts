import type { Permission } from '@/api/types'

export const PERMISSION_GROUPS = ['work', 'records', 'watch', 'configure', 'system'] as const
export type PermissionGroup = (typeof PERMISSION_GROUPS)[number]

const OF_SUBJECT: Record<string, PermissionGroup> = {
  self: 'work',
  agent: 'work',
  calls: 'work',
  address_book: 'work',
  presence: 'work',
  customers: 'records',
  call_records: 'records',
  recordings: 'records',
  wall: 'watch',
  supervision: 'watch',
  groups: 'configure',
  trunk_numbers: 'configure',
  extensions: 'configure',
  schedules: 'configure',
  screening: 'configure',
  flows: 'configure',
}

/** Permissions by what they are about, in the server's order; a subject that is new here belongs to the system. */
export function grouped(permissions: readonly Permission[]): { group: PermissionGroup; items: Permission[] }[] {
  const groupOf = (name: string): PermissionGroup => OF_SUBJECT[name.split('.')[0] ?? ''] ?? 'system'
  return PERMISSION_GROUPS.map((group) => ({ group, items: permissions.filter(({ name }) => groupOf(name) === group) })).filter(
    ({ items }) => items.length > 0,
  )
}
