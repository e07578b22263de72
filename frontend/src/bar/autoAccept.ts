import type { Offer } from '@/api/types'
import { after } from '@/live/steady'
import { live } from '@/live/store'
import type { Own } from '@/live/own'
import { own } from '@/live/useLive'
import { accept, phone } from '@/phone/phone'

const EXPECTED_MS = 60_000
const OWN_KINDS: readonly Offer['kind'][] = ['outbound', 'rejoin']

let expectedUntil = 0

/** This page asked for its own phone to ring (click to dial, rejoin): it answers by itself when it does. */
export function expectOwnLeg(): void {
  expectedUntil = Date.now() + EXPECTED_MS
}

/** What he asked for himself rings: his own dialling, or a call that he picked up from somebody else. */
export const isOwnLeg = (offer: Offer | null): boolean =>
  offer !== null && (OWN_KINDS.includes(offer.kind) || (offer.kind === 'queue' && offer.by === offer.agent_id))

/** His phone is called for the live call that he supervises. */
export const joinsLive = ({ agent, offer }: Pick<Own, 'agent' | 'offer'>): boolean => offer === null && agent?.supervising?.state === 'calling'

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
  if (state !== 'ringing' || sid === null || seen.has(sid) || !(isOwnLeg(own().offer) || joinsLive(own()))) return
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
