import type { TrunkNumber } from '@/api/types'

type Part = Partial<Pick<TrunkNumber, 'inbound' | 'flow_id' | 'group_id'>>

/** What to say about where the calls of a number go; null when all is plain. */
export function destinationNotice({ inbound, flow_id, group_id }: Part): 'to.missing' | 'to.both' | null {
  if (!inbound) return null
  if (!flow_id && !group_id) return 'to.missing'
  return flow_id && group_id ? 'to.both' : null
}
