import type { TrunkNumber } from '@/api/types'

type Part = Partial<Pick<TrunkNumber, 'inbound' | 'flow_id' | 'group_id' | 'extension'>>

/** What to say about where the calls of a number go; null when all is plain. */
export function destinationNotice({ inbound, flow_id, group_id, extension }: Part): 'to.missing' | 'to.both' | 'to.not_extension' | null {
  if (!inbound) return null
  if (!flow_id && !group_id) return extension ? null : 'to.missing'
  if (extension) return 'to.not_extension'
  return flow_id && group_id ? 'to.both' : null
}
