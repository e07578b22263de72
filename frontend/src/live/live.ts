import { useEffect } from 'react'
import { api, ask } from '@/api/client'
import { may, session } from '@/api/session'
import type { Pulse } from '@/api/types'
import { noteServerTime } from './clock'
import { LiveSocket, PING_MS } from './socket'
import { after, every, onWake } from './steady'
import { forgetLive, live, setConnection, takeCall, takeMessages, takeSnapshot } from './store'
import { own } from './useLive'

let phoneReady = (): boolean => false
const snapshots = new Map<string, () => Promise<void>>()
const readers = new Map<string, number>()

async function address(): Promise<string> {
  const { ticket } = await ask(api.POST('/realtime/ticket'))
  const url = new URL('/ws', window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.searchParams.set('ticket', ticket)
  return url.toString()
}

const socket = new LiveSocket(
  { address, open: (url) => new WebSocket(url), after, random: Math.random, beat: () => (may('agent.work') ? { phone_ready: phoneReady() } : {}) },
  {
    entities: takeMessages,
    connection: setConnection,
    subscribed: (topics) => topics.forEach((topic) => void fetchSnapshot(topic)),
    pulse: (pulse) => void catchUp(pulse).catch(() => undefined),
  },
)

/** What a snapshot could not fetch is fetched by the next heartbeat or reconnect. */
async function fetchSnapshot(topic: string): Promise<void> {
  await snapshots.get(topic)?.().catch(() => undefined)
}

/** Fetches the agent's own state; the start of everything and the remedy for everything missed. */
export async function refreshOwn(): Promise<void> {
  if (may('agent.work')) takeSnapshot(await ask(api.GET('/agent')))
}

/** Topic of the event stream with how to fetch its whole state; shared by all who read it. */
export function listenTo(topic: string, snapshot: () => Promise<void>): () => void {
  snapshots.set(topic, snapshot)
  readers.set(topic, (readers.get(topic) ?? 0) + 1)
  socket.subscribe(topic)
  if (live.getState().connection === 'open') void fetchSnapshot(topic)
  return () => {
    const left = (readers.get(topic) ?? 1) - 1
    readers.set(topic, left)
    if (left > 0) return
    readers.delete(topic)
    snapshots.delete(topic)
    socket.unsubscribe(topic)
  }
}

/** For pages: follows a topic while the page is shown. `snapshot` must be stable. */
export function useTopic(topic: string, snapshot: () => Promise<void>): void {
  useEffect(() => listenTo(topic, snapshot), [topic, snapshot])
}

/** Without a socket the phone's lease is renewed over HTTP; with one, by its pings. */
async function heartbeat(): Promise<void> {
  if (!may('agent.work') || live.getState().connection === 'open') return
  const answer = await ask(api.POST('/agent/heartbeat', { body: { phone_ready: phoneReady() } }))
  noteServerTime(answer.server_time)
  await catchUp(answer)
}

/** Finds out about missed messages by comparing versions. */
async function catchUp(answer: Pulse): Promise<void> {
  const { call } = own()
  if (isBehind(answer)) return refreshOwn()
  // The server knows of no call of ours, but we show one since before we asked: its end was missed.
  if (answer.call_version === null && call !== null && own().call?.call_id === call.call_id) await refreshCall(call.call_id)
}

function isBehind(answer: Pulse): boolean {
  const { agent, call } = own()
  return answer.agent_version > (agent?.version ?? -1) || (answer.call_version ?? -1) > (call?.version ?? -1)
}

async function refreshCall(id: string): Promise<void> {
  takeCall(await ask(api.GET('/calls/{call_id}', { params: { path: { call_id: id } } })))
}

/** Starts everything live for the signed-in user; answers how to stop it. `canRing`: is the browser phone registered? */
export function startLive(canRing: () => boolean): () => void {
  const username = session.getState().user?.username ?? ''
  phoneReady = canRing
  const beat = (): void => void heartbeat().catch(() => undefined)
  const check = (): void => {
    socket.check()
    beat()
  }
  const seen = (): void => {
    if (document.visibilityState === 'visible') check()
  }
  const stops = [listenTo(`agent/${username}`, refreshOwn), every(PING_MS, beat), onWake(check)]
  const gone = (): void => socket.interrupted()
  window.addEventListener('online', check)
  window.addEventListener('offline', gone)
  document.addEventListener('visibilitychange', seen)
  socket.start()
  void refreshOwn().catch(() => undefined)
  return () => {
    stops.forEach((stop) => stop())
    window.removeEventListener('online', check)
    window.removeEventListener('offline', gone)
    document.removeEventListener('visibilitychange', seen)
    socket.stop()
    forgetLive()
  }
}
