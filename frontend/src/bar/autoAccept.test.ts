import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Offer } from '@/api/types'
import { session } from '@/api/session'
import { forgetLive, takeAgent, takeCall } from '@/live/store'
import { NO_LINES } from '@/phone/lines'
import * as phoneModule from '@/phone/phone'
import { makeAgent, makeCall, makeOffer, makeMe } from '../../tests/make'
import { expectOwnLeg, startAutoAccept } from './autoAccept'

const accepted = vi.fn<() => Promise<void>>()

beforeAll(() => void vi.useFakeTimers())
afterAll(() => void vi.useRealTimers())

beforeEach(() => {
  forgetLive()
  vi.spyOn(phoneModule, 'accept').mockImplementation(accepted.mockReset().mockResolvedValue())
  phoneModule.phone.setState({ ...NO_LINES, state: 'ready' }, true)
  session.setState({ user: makeMe() })
  return startAutoAccept()
})

function offered(kind: Offer['kind']): void {
  takeAgent(makeAgent({ state: 'reserved' }))
  takeCall(makeCall({ state: 'connecting', offers: [makeOffer({ kind })] }))
}
const ring = (): void => phoneModule.phone.setState({ state: 'ringing', sid: 'CA1' })

test.each([
  ['offer first', () => offered('outbound'), ring],
  ['phone first', ring, () => offered('outbound')],
])('the page that dialled answers its own phone at once: %s', (_what, first, second) => {
  expectOwnLeg()
  first()
  expect(accepted).not.toHaveBeenCalled()
  second()
  expect(accepted).toHaveBeenCalledOnce()
})

const SESSION = { call_id: 'c9', leg_id: 's1', agent_id: 'bob', mode: 'listen', state: 'calling', pending: false, since: 0, lease_until: 0 } as const

test('the page that joins a live call answers its own phone at once, and only for that', () => {
  expectOwnLeg()
  takeAgent(makeAgent({ state: 'not_ready', supervising: SESSION }))
  ring()
  expect(accepted).toHaveBeenCalledOnce()
})

test('a phone that rings while one is in a live call already is not answered by itself', async () => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  takeAgent(makeAgent({ state: 'not_ready', supervising: { ...SESSION, state: 'joined' } }))
  ring()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(accepted).not.toHaveBeenCalled()
})

test('a call that he picked up from somebody else is answered by itself', () => {
  expectOwnLeg()
  takeAgent(makeAgent({ state: 'reserved' }))
  takeCall(makeCall({ state: 'connecting', offers: [makeOffer({ kind: 'queue', by: 'ann' })] }))
  ring()
  expect(accepted).toHaveBeenCalledOnce()
})

test('a caller from a queue is never answered by itself', async () => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  expectOwnLeg()
  offered('queue')
  ring()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(accepted).not.toHaveBeenCalled()
})

test('another page of the same user leaves the first word to the one that dialled', async () => {
  vi.setSystemTime(Date.now() + 120_000)
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  offered('outbound')
  ring()
  expect(accepted).not.toHaveBeenCalled()
  phoneModule.phone.setState({ ...NO_LINES, state: 'ready' }, true)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(accepted).not.toHaveBeenCalled()
})

test('when another program dialled, the page with the focus answers a little later', async () => {
  vi.setSystemTime(Date.now() + 120_000)
  vi.spyOn(document, 'hasFocus').mockReturnValue(true)
  offered('outbound')
  ring()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(accepted).toHaveBeenCalledOnce()
})
