import type { Agent, Call, Leg, Offer } from '@/api/types'

/** Entities for tests: whole, with what matters given. */
export const makeAgent = (part: Partial<Agent> = {}): Agent => ({
  agent_id: 'ann',
  name: 'Ann',
  state: 'ready',
  state_since: 0,
  reason: null,
  next_state: null,
  groups: [],
  phone: { kind: 'browser', address: null },
  call_id: null,
  offer_id: null,
  wrap_up_until: null,
  phone_lease_until: null,
  idle_since: null,
  version: 1,
  ...part,
})

export const makeLeg = (role: Leg['role'], state: Leg['state'], part: Partial<Leg> = {}): Leg => ({
  leg_id: `${role}-${part.agent_id ?? ''}`,
  role,
  agent_id: null,
  address: '+8613800138000',
  state,
  sid: null,
  joined_at: 0,
  left_at: null,
  cause: null,
  held_since: null,
  muted: false,
  ...part,
})

export const makeOffer = (part: Partial<Offer> = {}): Offer => ({
  offer_id: 'o1',
  kind: 'queue',
  agent_id: 'ann',
  group_id: '8001',
  state: 'ringing',
  made_at: 0,
  ring_until: 20_000,
  ended_at: null,
  ...part,
})

export const makeCall = (part: Partial<Call> = {}): Call => ({
  call_id: 'c1',
  direction: 'inbound',
  state: 'talking',
  carrier: 'simulator',
  customer_number: '+8613800138000',
  trunk_number: '+861055550100',
  attribution: null,
  group_id: '8001',
  customer_id: null,
  variables: {},
  queued_at: null,
  started_at: 0,
  answered_at: null,
  ended_at: null,
  cause: null,
  legs: [],
  offers: [],
  consulting: null,
  recording_ids: [],
  ivr_path: [],
  dispositions: [],
  version: 1,
  ...part,
})
