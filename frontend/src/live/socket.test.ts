import { beforeEach, expect, test, vi } from 'vitest'
import { backoff, LiveSocket, PING_MS } from './socket'

class FakeSocket {
  readyState = 0
  sent: Record<string, unknown>[] = []
  onopen = (): void => undefined
  onclose = (): void => undefined
  onerror = (): void => undefined
  onmessage: (event: { data: string }) => void = () => undefined
  send = (text: string): void => void this.sent.push(JSON.parse(text) as Record<string, unknown>)
  close = (): void => {
    this.readyState = 3
  }
  opens(): void {
    this.readyState = 1
    this.onopen()
  }
  says(message: object): void {
    this.onmessage({ data: JSON.stringify(message) })
  }
}

const PING = { action: 'ping', phone_ready: true }
const PONG = { type: 'pong', server_time: Date.now(), pulse: null }

let made: FakeSocket[]
let states: string[]
let subscribed: string[][]
let pulses: number[]
let socket: LiveSocket

const settled = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined)
const last = (): FakeSocket => made.at(-1) ?? new FakeSocket()

beforeEach(() => {
  vi.useFakeTimers()
  made = []
  states = []
  subscribed = []
  pulses = []
  const after = (delay: number, run: () => void) => {
    const timer = setTimeout(run, delay)
    return () => clearTimeout(timer)
  }
  const open = (): WebSocket => {
    made.push(new FakeSocket())
    return last() as unknown as WebSocket
  }
  socket = new LiveSocket(
    { address: () => Promise.resolve('ws://x/ws?ticket=1'), open, after, random: () => 1, beat: () => ({ phone_ready: true }) },
    { entities: () => undefined, subscribed: (topics) => subscribed.push(topics), connection: (state) => states.push(state), pulse: (pulse) => pulses.push(pulse.agent_version) },
  )
  return () => vi.useRealTimers()
})

test('subscribes to its topics when open, and says when they answer', async () => {
  socket.subscribe('agent/ann')
  socket.start()
  await settled()
  last().opens()
  expect(last().sent).toEqual([{ action: 'subscribe', topics: ['agent/ann'] }, PING])
  last().says({ type: 'subscribed', topics: ['agent/ann'] })
  expect(subscribed).toEqual([['agent/ann']])
  expect(states).toEqual(['open'])
})

test('comes back after a break and subscribes again', async () => {
  socket.subscribe('wall')
  socket.start()
  await settled()
  last().opens()
  last().onclose()
  expect(states).toEqual(['open', 'lost'])
  await vi.advanceTimersByTimeAsync(backoff(0, 1))
  last().opens()
  expect(made).toHaveLength(2)
  expect(last().sent[0]).toEqual({ action: 'subscribe', topics: ['wall'] })
})

test('silence is noticed: an unanswered ping means a new connection', async () => {
  socket.start()
  await settled()
  last().opens()
  last().says(PONG)
  await vi.advanceTimersByTimeAsync(PING_MS)
  expect(last().sent).toEqual([PING, PING])
  await vi.advanceTimersByTimeAsync(8_000)
  expect(states).toEqual(['open', 'lost'])
})

test('a line that came back beats at once: the lease of the phone does not wait for the next round', async () => {
  socket.subscribe('agent/ann')
  socket.start()
  await settled()
  last().opens()
  last().onclose()
  await vi.advanceTimersByTimeAsync(backoff(0, 1))
  last().opens()
  expect(last().sent).toEqual([{ action: 'subscribe', topics: ['agent/ann'] }, PING])
})

test('an answered ping keeps it', async () => {
  socket.start()
  await settled()
  last().opens()
  last().says(PONG)
  await vi.advanceTimersByTimeAsync(PING_MS)
  last().says({ type: 'pong', server_time: Date.now(), pulse: { agent_version: 7, call_version: null, server_time: Date.now() } })
  expect(pulses).toEqual([7])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(states).toEqual(['open'])
})

test('after sleep an open line is pinged, a closed one opened at once', async () => {
  socket.start()
  await settled()
  last().opens()
  socket.check()
  expect(last().sent).toEqual([PING, PING])
  last().onclose()
  socket.check()
  await vi.advanceTimersByTimeAsync(1)
  expect(made).toHaveLength(2)
})

test('a late message of a replaced connection is not heard', async () => {
  socket.start()
  await settled()
  const first = last()
  first.opens()
  first.onclose()
  await vi.advanceTimersByTimeAsync(backoff(0, 1))
  first.says({ type: 'subscribed', topics: ['wall'] })
  expect(subscribed).toEqual([])
})

test('stop is for good', async () => {
  socket.start()
  await settled()
  last().opens()
  socket.stop()
  last().onclose()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(made).toHaveLength(1)
})

test('the delay doubles to its limit and jitters by half', () => {
  expect([0, 1, 2, 10].map((attempt) => backoff(attempt, 1))).toEqual([500, 1000, 2000, 15_000])
  expect(backoff(2, 0)).toBe(1000)
})
