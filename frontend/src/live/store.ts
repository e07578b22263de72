import { create } from 'zustand'
import type { Agent, Snapshot, Call, Wall } from '@/api/types'
import { noteServerTime, serverNow } from './clock'
import { agentMessage, callMessage, groupMessage, merge, mergeWhole, NOTHING, prune, type Entities, type EntityMessage } from './entities'

/** `lost` = was open and is not now; the page keeps what it knows and says that it may be old. */
export type Connection = 'connecting' | 'open' | 'lost'

interface LiveState {
  entities: Entities
  connection: Connection
  /** When the connection was lost (this machine's clock), for saying how long. */
  lostAt: number | null
}

const KEEP_OVER_MS = 15 * 60_000

/** The one store of live state: fed by the event stream, by snapshots and by answers to commands. */
export const live = create<LiveState>()(() => ({ entities: NOTHING, connection: 'connecting', lostAt: null }))

function put(next: Entities): void {
  if (next !== live.getState().entities) live.setState({ entities: next })
}

export function takeMessages(messages: readonly EntityMessage[]): void {
  put(prune(merge(live.getState().entities, messages), serverNow() - KEEP_OVER_MS))
}

export function takeSnapshot(snapshot: Snapshot): void {
  noteServerTime(snapshot.server_time)
  const messages = [agentMessage(snapshot.agent, snapshot.server_time)]
  if (snapshot.call) messages.push(callMessage(snapshot.call, snapshot.server_time))
  takeMessages(messages)
}

export function takeWall(wall: Wall): void {
  const at = wall.server_time
  noteServerTime(at)
  const { entities } = live.getState()
  const agents = mergeWhole(entities, 'agent', wall.agents.map((agent) => agentMessage(agent, at)), at)
  const groups = mergeWhole(agents, 'group_status', wall.groups.map((group) => groupMessage(group, at)), at)
  put(mergeWhole(groups, 'call', wall.calls.map((call) => callMessage(call, at)), at))
}

/** The answer to a command is as new as an event: shown at once, and the event that follows changes nothing. */
export function takeAgent(agent: Agent): void {
  takeMessages([agentMessage(agent, serverNow())])
}

export function takeCall(call: Call): void {
  takeMessages([callMessage(call, serverNow())])
}

export function setConnection(connection: Connection): void {
  const { connection: before, lostAt } = live.getState()
  if (connection === before) return
  live.setState({ connection, lostAt: connection === 'open' ? null : (lostAt ?? Date.now()) })
}

export function forgetLive(): void {
  live.setState({ entities: NOTHING, connection: 'connecting', lostAt: null })
}
