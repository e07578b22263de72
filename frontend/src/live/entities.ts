import type { Agent, Call, GroupStatus, Recording, Voicemail } from '@/api/types'

/** Somebody was judged badly in a survey; what was said is asked of the API. `at`: when the survey began. */
export interface LowAnswer {
  result_id: string
  call_id: string
  group_id: string
  agent_id: string
  at: number
}

/** What each kind of entity carries; the server always sends the whole of it. */
export interface EntityData {
  agent: Agent
  call: Call
  group_status: GroupStatus
  recording: Recording
  voicemail: Omit<Voicemail, 'audio'>
  low_answer: LowAnswer
}
export type EntityKind = keyof EntityData

export interface EntityMessage<K extends EntityKind = EntityKind> {
  type: 'entity'
  entity: K
  id: string
  version: number
  deleted: boolean
  data: EntityData[K] | null
  at: number
}

/** The newest of an entity that is known here. A deleted one stays as a tombstone, so a late older message cannot revive it. */
export interface Held<T> {
  version: number
  deleted: boolean
  data: T | null
  at: number
}

export type Entities = { readonly [K in EntityKind]: ReadonlyMap<string, Held<EntityData[K]>> }

export const NOTHING: Entities = { agent: new Map(), call: new Map(), group_status: new Map(), recording: new Map(), voicemail: new Map(), low_answer: new Map() }

const KINDS = Object.keys(NOTHING) as EntityKind[]

/** Messages in any order, repeated or late, lead to the same: the newest version wins. The same object when nothing is newer. */
export function merge(held: Entities, messages: readonly EntityMessage[]): Entities {
  const changed: Partial<Record<EntityKind, Map<string, Held<unknown>>>> = {}
  for (const { entity, id, version, deleted, data, at } of messages) {
    if (!KINDS.includes(entity)) continue
    const known = (changed[entity] ?? held[entity]).get(id)
    if (known !== undefined && known.version >= version) continue
    const map = (changed[entity] ??= new Map<string, Held<unknown>>(held[entity]))
    map.set(id, { version, deleted, data: deleted ? null : data, at })
  }
  return Object.keys(changed).length === 0 ? held : ({ ...held, ...changed } as Entities)
}

/**
 * A whole list from the server as of `at`: its members are merged, and what is not in it and is older than it goes. What arrived
 * after `at` stays: the list was made before. So do ended calls, which the wrap-up still needs.
 */
export function mergeWhole(held: Entities, kind: EntityKind, list: readonly EntityMessage[], at: number): Entities {
  const ids = new Set(list.map((message) => message.id))
  const kept = [...(held[kind] as ReadonlyMap<string, Held<unknown>>)].filter(([id, entity]) => ids.has(id) || entity.at > at || over(entity))
  const pruned = kept.length === held[kind].size ? held : { ...held, [kind]: new Map(kept) }
  return merge(pruned, list)
}

/** Forgets tombstones and ended calls older than `before`; a message so late is no longer under way. */
export function prune(held: Entities, before: number): Entities {
  let next = held
  for (const kind of KINDS) {
    const kept = [...held[kind]].filter(([, entity]) => entity.at >= before || !over(entity))
    if (kept.length < held[kind].size) next = { ...next, [kind]: new Map<string, unknown>(kept) }
  }
  return next
}

function over(entity: Held<unknown>): boolean {
  return entity.deleted || (entity.data as Partial<Call> | null)?.state === 'ended'
}

/** The living entities of a kind. */
export function living<K extends EntityKind>(held: Entities, kind: K): EntityData[K][] {
  return [...held[kind].values()].flatMap((entity) => (entity.data === null ? [] : [entity.data]))
}

const message = (
  entity: EntityKind,
  id: string,
  version: number,
  data: EntityData[EntityKind],
  at: number,
): EntityMessage => ({
  type: 'entity',
  entity,
  id,
  version,
  deleted: false,
  data,
  at,
})

export const agentMessage = (agent: Agent, at: number): EntityMessage => message('agent', agent.agent_id, agent.version, agent, at)
export const callMessage = (call: Call, at: number): EntityMessage => message('call', call.call_id, call.version, call, at)
export const groupMessage = (group: GroupStatus, at: number): EntityMessage =>
  message('group_status', group.group_id, group.version, group, at)
