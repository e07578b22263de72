import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { FakeEdge, FakePeer } from '../../tests/edge'
import { makeToken } from '../../tests/make'
import type { PhoneEvent } from './machine'
import { SipPhone } from './sip'

const TOKEN = makeToken({ kind: 'sip', url: 'ws://edge.example', domain: 'voice.example', identity: 'ann', login: 'ann.99', token: 'secret' })
const SID = { 'X-Zhiyin-Call-Sid': 'CA1', 'X-Zhiyin-Parameters': 'offer=o1&group=%E9%94%80' }

let edge: FakeEdge
let phone: SipPhone
let events: PhoneEvent[]
let wanted: number
let track: { kind: string; stop: ReturnType<typeof vi.fn>; enabled: boolean }
const getUserMedia = vi.fn<() => Promise<MediaStream>>()
const query = vi.fn<() => Promise<{ state: string }>>()

const types = (): string[] => events.map((event) => event.type)
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

// Once for the file: the steady clock starts with the first timer and ticks on through all tests.
beforeAll(() => {
  vi.useFakeTimers()
  vi.stubGlobal('RTCPeerConnection', FakePeer)
  vi.stubGlobal('RTCSessionDescription', class { constructor(public given: object) {} })
  vi.stubGlobal('Audio', class { play = (): Promise<void> => Promise.resolve(); pause = (): void => undefined })
  Object.assign(navigator, { mediaDevices: { getUserMedia }, permissions: { query } })
})
afterAll(() => void vi.useRealTimers())

beforeEach(() => {
  edge = new FakeEdge()
  edge.known = new Map([['ann.99', 'secret']])
  events = []
  wanted = 0
  track = { kind: 'audio', stop: vi.fn(), enabled: true }
  getUserMedia.mockReset().mockResolvedValue({ getTracks: () => [track], getAudioTracks: () => [track] } as unknown as MediaStream)
  query.mockReset().mockResolvedValue({ state: 'granted' })
  phone = new SipPhone({ event: (event) => events.push(event), tokenWanted: () => (wanted += 1) }, () => edge.socket)
})
afterEach(() => phone.close())

async function registered(): Promise<void> {
  const done = phone.register(TOKEN)
  await vi.advanceTimersByTimeAsync(1_000)
  await done
}

async function rung(call = 'call1', headers: Record<string, string> = SID): Promise<void> {
  edge.invite(call, headers)
  await settle()
}

async function connected(): Promise<void> {
  await registered()
  await rung()
  const done = phone.accept()
  await settle()
  edge.request('ACK', 'call1', 1)
  await vi.advanceTimersByTimeAsync(1_000)
  await done
}

test('registers in its own name with the login and password of its token', async () => {
  await registered()
  expect(types()).toEqual(['registering', 'registered'])
  const [, proven] = edge.requests('REGISTER')
  expect(proven?.first).toBe('REGISTER sip:voice.example SIP/2.0')
  expect(proven?.headers.get('from')).toContain('<sip:ann@voice.example>')
  expect(proven?.headers.get('authorization')).toContain('username="ann.99"')
})

test('new credentials hold from the next registration on, and the old ones are forgotten', async () => {
  await registered()
  edge.known = new Map([['ann.100', 'other']])
  await phone.register({ ...TOKEN, login: 'ann.100', token: 'other' })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(edge.requests('REGISTER').at(-1)?.headers.get('authorization')).toContain('username="ann.100"')
  expect(types()).not.toContain('failed')
})

test('registers anew well before the edge forgets it', async () => {
  await registered()
  const before = edge.requests('REGISTER').length
  await vi.advanceTimersByTimeAsync(130_000)
  expect(edge.requests('REGISTER').length).toBeGreaterThanOrEqual(before + 2)
  expect(events.at(-1)?.type).toBe('registered')
})

test('a login that the edge refuses is said and another one asked for', async () => {
  edge.known = new Map()
  const refused = expect(phone.register(TOKEN)).rejects.toMatchObject({ code: 'token_refused' })
  await vi.advanceTimersByTimeAsync(1_000)
  await refused
  expect(wanted).toBe(0) // who waits for it tries again, with patience
})

test('a login that has run out is replaced without anybody waiting for it', async () => {
  await registered()
  edge.known = new Map()
  await vi.advanceTimersByTimeAsync(61_000)
  expect(events.find((event) => event.type === 'failed')).toMatchObject({ code: 'token_refused' })
  expect(wanted).toBeGreaterThan(0)
})

test('an edge that cannot ask the platform, and one that is not there, cannot be reached', async () => {
  edge.known = null
  let failed = expect(phone.register(TOKEN)).rejects.toMatchObject({ code: 'phone_unreachable' })
  await vi.advanceTimersByTimeAsync(1_000)
  await failed
  edge.breaks()
  edge.open = false
  failed = expect(phone.register(TOKEN)).rejects.toMatchObject({ code: 'phone_unreachable' })
  await vi.advanceTimersByTimeAsync(30_000)
  await failed
})

test('a lost connection comes back and registers again by itself', async () => {
  await registered()
  edge.breaks()
  expect(events.at(-1)?.type).toBe('unregistered')
  await vi.advanceTimersByTimeAsync(16_000)
  expect(events.at(-1)?.type).toBe('registered')
})

test('a forbidden microphone is said before the first call', async () => {
  query.mockResolvedValue({ state: 'denied' })
  await expect(phone.register(TOKEN)).rejects.toMatchObject({ code: 'microphone' })
  expect(edge.heard).toEqual([])
  query.mockResolvedValue({ state: 'prompt' })
  await registered()
})

test('rings with the carrier’s id of the leg, the caller and the parameters', async () => {
  await registered()
  await rung()
  expect(events.at(-1)).toEqual({ type: 'incoming', sid: 'CA1', from: '+8613800138000', parameters: { offer: 'o1', group: '销' } })
  expect(edge.answers(180)).toHaveLength(1)
})

test('is answered with the microphone, heard of when both sides know it, and ended from afar', async () => {
  await connected()
  expect(edge.answers(200)[0]?.headers.get('cseq')).toBe('1 INVITE')
  expect(events.at(-1)).toEqual({ type: 'accepted', sid: 'CA1' })
  edge.request('BYE', 'call1', 2)
  await settle()
  expect(events.at(-1)).toEqual({ type: 'disconnected', sid: 'CA1' })
  expect(track.stop).toHaveBeenCalled()
})

test.each([
  ['NotAllowedError', 'microphone'],
  ['NotFoundError', 'microphone_missing'],
  ['NotReadableError', 'microphone_busy'],
])('without a microphone (%s) the call rings on and the reason is said', async (name, code) => {
  await registered()
  await rung()
  getUserMedia.mockRejectedValueOnce(new DOMException('', name))
  await expect(phone.accept()).rejects.toMatchObject({ code })
  expect(types()).not.toContain('canceled')
  const done = phone.accept()
  await settle()
  edge.request('ACK', 'call1', 1)
  await settle()
  await done
  expect(events.at(-1)?.type).toBe('accepted')
})

test('a caller who gives up while the microphone is asked for is gone', async () => {
  await registered()
  await rung()
  let allow: (stream: MediaStream) => void = () => undefined
  getUserMedia.mockReturnValueOnce(new Promise((resolve) => (allow = resolve)))
  const done = expect(phone.accept()).rejects.toMatchObject({ code: 'call_gone' })
  edge.request('CANCEL', 'call1', 1)
  await settle()
  expect(events.at(-1)).toEqual({ type: 'canceled', sid: 'CA1' })
  allow({ getTracks: () => [track] } as unknown as MediaStream)
  await done
  expect(track.stop).toHaveBeenCalled()
})

test('declines for all of its pages', async () => {
  await registered()
  await rung()
  phone.reject()
  await settle()
  expect(edge.answers(603)).toHaveLength(1)
  expect(events.at(-1)).toEqual({ type: 'canceled', sid: 'CA1' })
})

test('is busy for a second call, which nobody hears of', async () => {
  await connected()
  await rung('call2', { 'X-Zhiyin-Call-Sid': 'CA2' })
  expect(edge.answers(486)).toHaveLength(1)
  expect(events.at(-1)).toEqual({ type: 'accepted', sid: 'CA1' })
})

test('mutes the microphone, sends keys in the sound, hangs up', async () => {
  await connected()
  phone.mute(true)
  expect(events.at(-1)).toEqual({ type: 'muted', sid: 'CA1', muted: true })
  expect(track.enabled).toBe(false)
  phone.mute(false)
  expect(track.enabled).toBe(true)
  phone.digits('5#')
  expect(FakePeer.last.tones).toEqual(['5#'])
  phone.hangUp()
  await settle()
  expect(edge.requests('BYE')).toHaveLength(1)
  expect(events.at(-1)).toEqual({ type: 'disconnected', sid: 'CA1' })
})

test.each([
  ['the connection breaks', () => edge.breaks()],
  ['the page goes', () => void window.dispatchEvent(new Event('pagehide'))],
  ['no sound comes through any more', () => FakePeer.last.becomes('failed')],
])('the leg is lost, not hung up, when %s', async (_what, happens) => {
  await connected()
  happens()
  await settle()
  expect(events.find((event) => event.type === 'dropped')).toEqual({ type: 'dropped', sid: 'CA1' })
  expect(types()).not.toContain('disconnected')
})

test('a page is not closed by mistake in a call, and freely afterwards', async () => {
  const asks = (): boolean => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  await registered()
  expect(asks()).toBe(false)
  await rung()
  const done = phone.accept()
  await settle()
  edge.request('ACK', 'call1', 1)
  await settle()
  await done
  expect(asks()).toBe(true)
  phone.hangUp()
  expect(asks()).toBe(false)
})
