import type { Call, Recording } from '@/api/types'
import type { Held } from '@/live/entities'

const UNDER_WAY: readonly Recording['state'][] = ['expected', 'available', 'copying']
/** How long after a call one waits for its recordings; what takes longer is seen at the next visit. */
const PATIENCE_MS = 10 * 60_000

/** The carrier still makes the recording, or it is being fetched. */
export const isUnderWay = ({ state }: Recording): boolean => UNDER_WAY.includes(state)

/** Whether a list that is shown will change soon by itself: a recording is under way, or one of a call just ended is missing. */
export function changesSoon(rows: readonly Recording[], calls: Iterable<Held<Call>>, now: number): boolean {
  const recent = (at: number | null): boolean => at !== null && now - at < PATIENCE_MS
  if (rows.some((one) => isUnderWay(one) && recent(one.ended_at ?? one.started_at))) return true
  const shown = new Set(rows.map((one) => one.recording_id))
  return [...calls].some(({ data }) => data !== null && recent(data.ended_at) && data.recording_ids.some((id) => !shown.has(id)))
}
