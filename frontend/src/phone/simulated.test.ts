import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { makeToken } from '../../tests/make'
import type { PhoneEvent } from './machine'
import { SimulatedPhone } from './simulated'

class FakeSocket {
  readyState = 1
  sent: Record<string, unknown>[] = []
  onopen: () => void = () => undefined
  onclose: () => void = () => undefined
  onmessage: (event: { data: string }) => void = () => undefined
  send = (text: string): void => void this.sent.push(JSON.parse(text) as Record<string, unknown>)
  close = (): void => {
    this.readyState = 3
  }
  says(frame: object): void {
    this.onmessage({ data: JSON.stringify(frame) })
  }
}

let sockets: FakeSocket[]
let events: PhoneEvent[]
let wanted: number

function phoneThatWas(sid: string | null): SimulatedPhone {
  const listener = { event: (event: PhoneEvent) => events.push(event), tokenWanted: () => (wanted += 1) }
  return new SimulatedPhone('ws://x', listener, sid, () => {
    sockets.push(new FakeSocket())
    return sockets.at(-1) as unknown as WebSocket
  })
}

const last = (): FakeSocket => sockets.at(-1) ?? new FakeSocket()

async function registered(sid: string | null = null): Promise<SimulatedPhone> {
  const phone = phoneThatWas(sid)
  const done = phone.register(makeToken({ token: 'jwt' }))
  last().onopen()
  last().says({ type: 'registered' })
  await done
  return phone
}

// Once for the file: the steady clock starts with the first timer and ticks on through all tests.
beforeAll(() => void vi.useFakeTimers())
afterAll(() => void vi.useRealTimers())

beforeEach(() => {
  sockets = []
  events = []
  wanted = 0
})

test('registers with its token and accepts a call', async () => {
  const phone = await registered()
  expect(last().sent).toEqual([{ type: 'register', token: 'jwt' }])
  last().says({ type: 'incoming', callSid: 'CA1', from: '+1' })
  const done = phone.accept()
  last().says({ type: 'accepted', callSid: 'CA1' })
  await done
  expect(events.map((event) => event.type)).toEqual(['registering', 'registered', 'incoming', 'accepted'])
})

test('after a reload it asks for the leg that it was in', async () => {
  await registered('CA1')
  expect(last().sent[0]).toEqual({ type: 'register', token: 'jwt', resume: 'CA1' })
})

test('answered in another window: accept fails and the ringing is over', async () => {
  const phone = await registered()
  last().says({ type: 'incoming', callSid: 'CA1', from: '+1' })
  const done = phone.accept()
  last().says({ type: 'canceled', callSid: 'CA1', reason: 'elsewhere' })
  await expect(done).rejects.toMatchObject({ code: 'call_gone' })
  expect(events.at(-1)).toEqual({ type: 'canceled', sid: 'CA1' })
})

test('an accept that nobody answers does not hang', async () => {
  const phone = await registered()
  last().says({ type: 'incoming', callSid: 'CA1', from: '+1' })
  const done = expect(phone.accept()).rejects.toMatchObject({ code: 'phone_silent' })
  await vi.advanceTimersByTimeAsync(10_000)
  await done
})

test('a lost socket in a call comes back with the leg', async () => {
  const phone = await registered()
  last().says({ type: 'incoming', callSid: 'CA1', from: '+1' })
  const done = phone.accept()
  last().says({ type: 'accepted', callSid: 'CA1' })
  await done
  last().onclose()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(sockets).toHaveLength(2)
  last().onopen()
  expect(last().sent[0]).toMatchObject({ type: 'register', resume: 'CA1' })
})

test('a token that runs out is asked for, on the same socket', async () => {
  const phone = await registered()
  last().says({ type: 'token_will_expire', seconds: 30 })
  expect(wanted).toBe(1)
  void phone.register(makeToken({ token: 'jwt2' }))
  expect(sockets).toHaveLength(1)
  expect(last().sent.at(-1)).toEqual({ type: 'register', token: 'jwt2' })
  last().says({ type: 'registered' })
})

test('a leg that is over cannot be resumed: the phone is free again', async () => {
  await registered('CA1')
  last().says({ type: 'error', code: 31005, message: 'no such call' })
  expect(events.at(-1)).toEqual({ type: 'disconnected', sid: 'CA1' })
})
