import type { Offer } from '@/api/types'
import { after } from '@/live/steady'
import { live } from '@/live/store'
import { own } from '@/live/useLive'
import { accept, phone } from '@/phone/phone'

const EXPECTED_MS = 60_000
const OWN_KINDS: readonly Offer['kind'][] = ['outbound', 'rejoin']

let expectedUntil = 0

/** This page asked for its own phone to ring (click to dial, rejoin): it answers by itself when it does. */
export function expectOwnLeg(): void {
  expectedUntil = Date.now() + EXPECTED_MS
}

export const isOwnLeg = (offer: Offer | null): boolean => offer !== null && OWN_KINDS.includes(offer.kind)

/** Two pages of one user may both ring: the one that asked answers at once, others leave it this much time (ms). */
const COURTESY_MS = 3_000

/** A failure shows as a phone that goes on ringing; the agent can still press answer. */
function take(sid: string): void {
  const status = phone.getState()
  if (status.state === 'ringing' && status.sid === sid) void accept().catch(() => undefined)
}

/** The page that asked answers; when another program asked (click to dial by API), the page that has the focus does. */
function consider(seen: Set<string>): void {
  const { state, sid } = phone.getState()
  if (state !== 'ringing' || sid === null || seen.has(sid) || !isOwnLeg(own().offer)) return
  seen.add(sid)
  if (Date.now() < expectedUntil) {
    expectedUntil = 0
    take(sid)
  } else if (document.hasFocus()) after(COURTESY_MS, () => take(sid))
}

/** Watches phone and offers, whichever comes first; answers how to stop. */
export function startAutoAccept(): () => void {
  const seen = new Set<string>()
  const stops = [phone.subscribe(() => consider(seen)), live.subscribe(() => consider(seen))]
  return () => stops.forEach((stop) => stop())
}
