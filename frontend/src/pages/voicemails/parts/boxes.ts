import type { Voicemail } from '@/api/types'

type Kind = 'group' | 'extension' | 'agent'

const SOON_MS = 10 * 60_000
const ON_ITS_WAY: readonly Voicemail['audio'][] = ['expected', 'available', 'copying']

/** A box in words. `names`: how a box of each kind is called by its id. */
export function boxOf(box: string, names: Record<Kind, (id: string) => string>): string {
  const at = box.indexOf(':')
  const kind = box.slice(0, at)
  return kind in names ? names[kind as Kind](box.slice(at + 1)) : box
}

/** The audio was left a moment ago and will be there by itself. */
export const audioComes = (one: Voicemail, now: number): boolean => ON_ITS_WAY.includes(one.audio) && now - one.left_at < SOON_MS
