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
