import { describe, expect, test } from 'vitest'
import type { Agent, Call } from '@/api/types'
import { ownOf } from '@/live/own'
import { agentMessage, callMessage, merge, NOTHING } from '@/live/entities'
import { OFF, type PhoneStatus } from '@/phone/machine'
import { makeAgent, makeCall, makeLeg, makeOffer } from '../../tests/make'
import { KEYS } from './keys'
import { BUTTONS, situationOf, whyNot, type ButtonId, type Situation, type Why } from './rules'

const READY: PhoneStatus = { ...OFF, state: 'ready' }
const ann = makeLeg('agent', 'joined', { agent_id: 'ann' })
const bob = makeLeg('agent', 'joined', { agent_id: 'bob' })

function scene(agent: Partial<Agent>, call?: Partial<Call>, phone: PhoneStatus = READY): Situation {
  const messages = [agentMessage(makeAgent(agent), 1)]
  if (call) messages.push(callMessage(makeCall(call), 1))
  return situationOf(ownOf(merge(NOTHING, messages), 'ann'), phone)
}

const byAnn = { by: 'ann', leg_id: bob.leg_id }

const SCENES: Record<string, Situation> = {
  signed_out: scene({ state: 'signed_out' }),
  ready: scene({ state: 'ready' }),
  not_ready: scene({ state: 'not_ready' }),
  ringing: scene({ state: 'reserved' }, { state: 'connecting', offers: [makeOffer()] }),
  talking: scene({ state: 'on_call' }, { legs: [makeLeg('customer', 'joined'), ann] }),
  dialled: scene({ state: 'on_call' }, { state: 'connecting', legs: [makeLeg('customer', 'ringing'), ann] }),
  internal: scene({ state: 'on_call' }, { direction: 'internal', legs: [ann, bob] }),
  held: scene({ state: 'on_call' }, { legs: [makeLeg('customer', 'held'), ann] }),
  surveyed: scene({ state: 'on_call' }, { legs: [makeLeg('customer', 'joined'), ann], survey: true }),
  calling_expert: scene({ state: 'on_call' }, { legs: [makeLeg('customer', 'held'), ann, { ...bob, state: 'ringing' }], consulting: byAnn }),
  consulting: scene({ state: 'on_call' }, { legs: [makeLeg('customer', 'held'), ann, bob], consulting: byAnn }),
  consulted: scene({ state: 'on_call' }, { legs: [makeLeg('customer', 'held'), ann, bob], consulting: { by: 'bob', leg_id: ann.leg_id } }),
  conference: scene({ state: 'on_call' }, { legs: [makeLeg('customer', 'joined'), ann, bob] }),
  wrap_up: scene({ state: 'wrap_up' }),
  no_phone: scene({ state: 'ready' }, undefined, { ...OFF, state: 'failed' }),
}

/** In each scene, what can be pressed; everything else must have the reason given, or any. */
const ENABLED: Record<string, ButtonId[]> = {
  signed_out: ['sign_in'],
  ready: ['not_ready', 'sign_out', 'dial'],
  not_ready: ['ready', 'not_ready', 'sign_out', 'dial'],
  ringing: ['answer', 'hang_up'],
  talking: ['hang_up', 'hold', 'mute', 'keys', 'transfer', 'consult', 'conference', 'ready', 'not_ready', 'sign_out'],
  dialled: ['hang_up', 'mute', 'keys', 'ready', 'not_ready', 'sign_out'],
  internal: ['hang_up', 'mute', 'keys', 'ready', 'not_ready', 'sign_out'],
  surveyed: ['hang_up', 'hold', 'mute', 'keys', 'transfer', 'consult', 'conference', 'survey', 'ready', 'not_ready', 'sign_out'],
  held: ['hang_up', 'retrieve', 'mute', 'keys', 'transfer', 'consult', 'conference', 'ready', 'not_ready', 'sign_out'],
  calling_expert: ['hang_up', 'mute', 'keys', 'take_back', 'ready', 'not_ready', 'sign_out'],
  consulting: ['hang_up', 'mute', 'keys', 'complete', 'take_back', 'merge', 'ready', 'not_ready', 'sign_out'],
  consulted: ['hang_up', 'mute', 'keys', 'ready', 'not_ready', 'sign_out'],
  conference: ['hang_up', 'hold', 'mute', 'keys', 'consult', 'conference', 'ready', 'not_ready', 'sign_out'],
  wrap_up: ['ready', 'not_ready', 'sign_out', 'dial'],
  no_phone: ['not_ready', 'sign_out'],
}

const WHY: [string, ButtonId, Why][] = [
  ['talking', 'survey', 'no_survey'],
  ['signed_out', 'ready', 'sign_in_first'],
  ['signed_out', 'dial', 'sign_in_first'],
  ['ready', 'ready', 'already_ready'],
  ['ready', 'sign_in', 'already_signed_in'],
  ['ready', 'hold', 'no_call'],
  ['ready', 'answer', 'not_ringing'],
  ['ringing', 'not_ready', 'ringing'],
  ['ringing', 'hold', 'not_connected'],
  ['talking', 'dial', 'in_call'],
  ['talking', 'retrieve', 'not_held'],
  ['talking', 'complete', 'not_consulting'],
  ['dialled', 'hold', 'not_connected'],
  ['internal', 'consult', 'no_customer'],
  ['held', 'hold', 'already_held'],
  ['consulting', 'transfer', 'consulting'],
  ['consulting', 'retrieve', 'consulting'],
  ['calling_expert', 'merge', 'not_answered'],
  ['no_phone', 'dial', 'phone_not_ready'],
]

const all = BUTTONS.flat()

describe.each(Object.entries(SCENES))('%s', (name, situation) => {
  test('what can be pressed', () => {
    expect(all.filter((button) => whyNot(button, situation) === null)).toEqual(all.filter((button) => ENABLED[name]?.includes(button)))
  })
})

test.each(WHY)('%s: %s says %s', (name, button, why) => {
  expect(whyNot(button, SCENES[name] ?? scene({}))).toBe(why)
})

test('a call that this phone has just taken does not ring on until the server says so', () => {
  const taken = scene({ state: 'reserved' }, { state: 'connecting', offers: [makeOffer()] }, { ...OFF, state: 'connected', sid: 'CA1' })
  expect(whyNot('answer', taken)).toBe('not_ringing')
})

test('an agent with a desk phone dials without the browser phone', () => {
  expect(whyNot('dial', scene({ phone: { kind: 'sip', address: 'sip:1001', nailed_up: false } }, undefined, OFF))).toBeNull()
})

test('every button has a shortcut of its own', () => {
  const keys = Object.values(KEYS)
  expect(new Set(keys).size).toBe(keys.length)
  expect(all.every((button) => KEYS[button])).toBe(true)
})
