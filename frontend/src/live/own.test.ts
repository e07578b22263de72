import { expect, test } from 'vitest'
import { makeAgent, makeCall, makeLeg, makeOffer } from '../../tests/make'
import { agentMessage, callMessage, merge, NOTHING } from './entities'
import { ownOf, partiesOf } from './own'

const world = (agent: ReturnType<typeof makeAgent>, ...calls: ReturnType<typeof makeCall>[]) =>
  ownOf(merge(NOTHING, [agentMessage(agent, 1), ...calls.map((call) => callMessage(call, 1))]), 'ann')

const ann = makeLeg('agent', 'joined', { agent_id: 'ann' })

test('an offer to me rings, one to a colleague does not', () => {
  expect(world(makeAgent(), makeCall({ offers: [makeOffer()] })).offer?.offer_id).toBe('o1')
  expect(world(makeAgent(), makeCall({ offers: [makeOffer({ agent_id: 'bob' })] })).call).toBeNull()
})

test('an offer that is over does not ring', () => {
  for (const state of ['accepted', 'declined', 'no_answer', 'withdrawn'] as const) {
    expect(world(makeAgent(), makeCall({ offers: [makeOffer({ state })] })).offer).toBeNull()
  }
})

test('the call that I am in comes before one that is offered', () => {
  const own = world(makeAgent({ state: 'on_call' }), makeCall({ call_id: 'new', started_at: 9, offers: [makeOffer()] }), makeCall({ legs: [ann] }))
  expect(own.call?.call_id).toBe('c1')
  expect(own.leg).toEqual(ann)
})

test('after the call it is the one to wrap up', () => {
  const left = { ...ann, state: 'left' as const }
  const own = world(makeAgent({ state: 'wrap_up', call_id: 'c1' }), makeCall({ state: 'ended', legs: [left] }), makeCall({ call_id: 'c0', state: 'ended', started_at: -5, legs: [left] }))
  expect(own.call).toBeNull()
  expect(own.last?.call_id).toBe('c1')
})

test('a call that went on with a colleague is the one to wrap up too', () => {
  const call = makeCall({ legs: [{ ...ann, state: 'left' }, makeLeg('agent', 'joined', { agent_id: 'bob' })] })
  expect(world(makeAgent({ state: 'wrap_up', call_id: 'c1' }), call)).toMatchObject({ call: null, last: { call_id: 'c1' } })
})

test('held and conference come from the legs, a consultation from the server', () => {
  const bob = makeLeg('agent', 'joined', { agent_id: 'bob' })
  expect(partiesOf(makeCall({ legs: [makeLeg('customer', 'held'), ann] }), 'ann')).toMatchObject({ held: true, consulted: null })
  const consulting = makeCall({ legs: [makeLeg('customer', 'held'), ann, bob], consulting: { by: 'ann', leg_id: bob.leg_id } })
  expect(partiesOf(consulting, 'ann')).toMatchObject({ consulting: true, consulted: bob })
  expect(partiesOf(consulting, 'bob')).toMatchObject({ consulting: true, consulted: null })
  expect(partiesOf(makeCall({ legs: [makeLeg('customer', 'held'), ann, bob] }), 'ann')).toMatchObject({ consulting: false, consulted: null, held: true })
  expect(partiesOf(makeCall({ legs: [makeLeg('customer', 'joined'), ann, bob] }), 'ann')).toMatchObject({ held: false, consulted: null, others: [bob] })
})

test('a listening supervisor is not a party', () => {
  expect(partiesOf(makeCall({ legs: [makeLeg('customer', 'held'), ann, makeLeg('supervisor', 'joined', { agent_id: 'sue' })] }), 'ann').others).toEqual([])
})
