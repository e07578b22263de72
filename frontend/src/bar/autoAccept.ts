import type { Offer } from '@/api/types'
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

/** The page that asked answers; when another program asked (click to dial by API), the page that has the focus does. */
function mine(): boolean {
  return Date.now() < expectedUntil || document.hasFocus()
}

function consider(taken: Set<string>): void {
  const { state, sid } = phone.getState()
  if (state !== 'ringing' || sid === null || taken.has(sid)) return
  if (!isOwnLeg(own().offer) || !mine()) return
  taken.add(sid)
  expectedUntil = 0
  // A failure shows as a phone that goes on ringing; the agent can still press answer.
  void accept().catch(() => undefined)
}

/** Watches phone and offers, whichever comes first; answers how to stop. */
export function startAutoAccept(): () => void {
  const taken = new Set<string>()
  const stops = [phone.subscribe(() => consider(taken)), live.subscribe(() => consider(taken))]
  return () => stops.forEach((stop) => stop())
}
