import type { Recording } from '@/api/types'

export interface Lane {
  agent_id: string
  from_ms: number
  to_ms: number
  /** Place on the wave form, in per cent. */
  left: number
  width: number
}

/** The agents' times in a recording as places on its wave form; what lies outside is cut, what is empty dropped. */
export function lanesOf(segments: Recording['segments'], length_ms: number): Lane[] {
  if (length_ms <= 0) return []
  return segments
    .map(({ agent_id, from_ms, to_ms }) => ({ agent_id, from_ms: Math.max(0, from_ms), to_ms: Math.min(to_ms, length_ms) }))
    .filter(({ from_ms, to_ms }) => to_ms > from_ms)
    .map((one) => ({ ...one, left: (one.from_ms / length_ms) * 100, width: ((one.to_ms - one.from_ms) / length_ms) * 100 }))
}
