import type { Agent, Call, Leg, Offer, OfferState } from '@/api/types'
import { living, type Entities } from './entities'

const OPEN_OFFER: readonly OfferState[] = ['made', 'dialling', 'ringing']

/** What concerns the agent at this desk, derived from the entities. */
export interface Own {
  agent: Agent | null
  /** The call that he is in, or that is offered to him. */
  call: Call | null
  /** The offer that is ringing at his phone. */
  offer: Offer | null
  /** His leg in the call. */
  leg: Leg | null
  /** The call that he wraps up: the one that ended last. */
  last: Call | null
}

export const isOpen = (offer: Offer): boolean => OPEN_OFFER.includes(offer.state)
export const isThere = (leg: Leg): boolean => leg.state !== 'left'

const offerTo = (call: Call, username: string): Offer | null =>
  call.offers.findLast((offer) => offer.agent_id === username && isOpen(offer)) ?? null

const legOf = (call: Call, username: string): Leg | null =>
  call.legs.findLast((leg) => leg.agent_id === username && leg.role === 'agent' && isThere(leg)) ?? null

function concerns(call: Call, agent: Agent | null, username: string): boolean {
  if (call.state === 'ended') return false
  if (legOf(call, username) !== null || offerTo(call, username) !== null) return true
  return call.call_id === agent?.call_id && agent.state === 'on_call'
}

const tookPart = (call: Call, username: string): boolean => call.legs.some((leg) => leg.agent_id === username)

export function ownOf(entities: Entities, username: string): Own {
  const agent = entities.agent.get(username)?.data ?? null
  const calls = living(entities, 'call').sort((a, b) => b.started_at - a.started_at)
  const concerned = calls.filter((one) => concerns(one, agent, username))
  const call = concerned.find((one) => legOf(one, username)) ?? concerned[0] ?? null
  const past = calls.filter((one) => one !== call && tookPart(one, username))
  const last = calls.find((one) => one !== call && one.call_id === agent?.call_id) ?? past[0] ?? null
  return {
    agent,
    call,
    offer: call && offerTo(call, username),
    leg: call && legOf(call, username),
    last,
  }
}

export interface Parties {
  customer: Leg | null
  /** Everyone else who is in the call or being fetched into it. */
  others: Leg[]
  /** A consultation is under way, whoever asked for it. */
  consulting: boolean
  /** Whom this agent consults. */
  consulted: Leg | null
  held: boolean
}

/** Who is in a call besides the agent himself. */
export function partiesOf(call: Call, username: string): Parties {
  const there = call.legs.filter(isThere)
  const customer = there.find((leg) => leg.role === 'customer') ?? null
  const others = there.filter((leg) => leg.role !== 'customer' && leg.role !== 'supervisor' && leg.agent_id !== username)
  const held = customer?.state === 'held'
  const consulted = call.consulting?.by === username ? (others.find((leg) => leg.leg_id === call.consulting?.leg_id) ?? null) : null
  return { customer, others, consulting: call.consulting !== null, consulted, held }
}
