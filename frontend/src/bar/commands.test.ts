import { beforeEach, expect, test, vi } from 'vitest'
import { session } from '@/api/session'
import { forgetLive, takeAgent, takeCall } from '@/live/store'
import { NO_LINES } from '@/phone/lines'
import * as phoneModule from '@/phone/phone'
import { makeAgent, makeMe, makeCall, makeOffer } from '../../tests/make'
import { answering } from '../../tests/answering'
import { answer } from './commands'

const accepted = vi.fn<() => Promise<void>>()

beforeEach(() => {
  forgetLive()
  vi.spyOn(phoneModule, 'accept').mockImplementation(accepted.mockReset().mockResolvedValue())
  phoneModule.phone.setState({ ...NO_LINES, state: 'ready' }, true)
  session.setState({ user: makeMe() })
  takeAgent(makeAgent({ state: 'reserved' }))
  takeCall(makeCall({ state: 'connecting', offers: [makeOffer()] }))
})

test('an answer given before the phone rings is kept until it does', async () => {
  const done = answer()
  expect(accepted).not.toHaveBeenCalled()
  phoneModule.phone.setState({ state: 'ringing', sid: 'CA1' })
  await done
  expect(accepted).toHaveBeenCalledOnce()
})

test('a caller who gives up before the phone rings is said to be gone', async () => {
  const done = expect(answer()).rejects.toMatchObject({ code: 'call_gone' })
  takeCall(makeCall({ version: 2, state: 'ended', offers: [makeOffer({ state: 'withdrawn' })] }))
  await done
  expect(accepted).not.toHaveBeenCalled()
})

test('a desk phone is answered by the server', async () => {
  takeAgent(makeAgent({ version: 2, state: 'reserved', phone: { kind: 'sip', address: 'sip:1001', nailed_up: false } }))
  const asked = answering({ 'POST /api/calls/{id}/answer': () => makeCall({ version: 3 }) })
  await answer()
  expect(asked.map(({ path }) => path)).toEqual(['/api/calls/c1/answer'])
})
