import { expect, test } from 'vitest'
import { next, OFF, type PhoneEvent, type PhoneStatus } from './machine'

const run = (...events: PhoneEvent[]): PhoneStatus => events.reduce(next, OFF)
const incoming: PhoneEvent = { type: 'incoming', sid: 'CA1', from: '+1', parameters: { offer: 'o1' } }
const accepted: PhoneEvent = { type: 'accepted', sid: 'CA1' }

test.each<[string, PhoneEvent[], PhoneStatus['state']]>([
  ['registers', [{ type: 'registering' }, { type: 'registered' }], 'ready'],
  ['rings', [{ type: 'registered' }, incoming], 'ringing'],
  ['is answered', [{ type: 'registered' }, incoming, accepted], 'connected'],
  ['caller gives up', [{ type: 'registered' }, incoming, { type: 'canceled', sid: 'CA1' }], 'ready'],
  ['loses the leg', [{ type: 'registered' }, incoming, accepted, { type: 'dropped', sid: 'CA1' }], 'ready'],
  ['call ends', [{ type: 'registered' }, incoming, accepted, { type: 'disconnected', sid: 'CA1' }], 'ready'],
  ['loses the line while idle', [{ type: 'registered' }, { type: 'unregistered' }], 'registering'],
  ['loses the line while ringing', [{ type: 'registered' }, incoming, { type: 'unregistered' }], 'registering'],
  ['loses the line in a call: the call goes on', [{ type: 'registered' }, incoming, accepted, { type: 'unregistered' }], 'connected'],
  ['registers again in a call: the call goes on', [{ type: 'registered' }, incoming, accepted, { type: 'registered' }], 'connected'],
  ['token refused in a call: the call goes on', [incoming, accepted, { type: 'failed', code: 'token_refused', detail: '' }], 'connected'],
  ['token refused while idle', [{ type: 'registered' }, { type: 'failed', code: 'token_refused', detail: '' }], 'failed'],
  ['taken up again after a reload', [{ type: 'registering' }, { type: 'registered' }, accepted], 'connected'],
  ['taken up again, before it says registered', [{ type: 'registering' }, accepted, { type: 'registered' }], 'connected'],
  ['is switched off', [{ type: 'registered' }, { type: 'off' }], 'off'],
])('%s', (_what, events, state) => {
  expect(run(...events).state).toBe(state)
})

test('the end of another leg changes nothing', () => {
  const talking = run({ type: 'registered' }, incoming, accepted)
  expect(next(talking, { type: 'canceled', sid: 'CA9' })).toBe(talking)
  expect(next(talking, { type: 'disconnected', sid: 'CA9' })).toBe(talking)
})

test('a second call does not disturb the one that is talked', () => {
  const talking = run({ type: 'registered' }, incoming, accepted)
  expect(next(talking, { ...incoming, sid: 'CA2' })).toBe(talking)
})

test('what a call brought is gone with it', () => {
  const ended = run({ type: 'registered' }, incoming, accepted, { type: 'muted', sid: 'CA1', muted: true }, { type: 'disconnected', sid: 'CA1' })
  expect(ended).toMatchObject({ sid: null, from: null, parameters: {}, muted: false, hearing: null })
})

test('a problem is over when the phone is registered again', () => {
  const failed = run({ type: 'failed', code: 'phone_silent', detail: '' })
  expect(failed.problem?.code).toBe('phone_silent')
  expect(next(failed, { type: 'registered' }).problem).toBeNull()
})
