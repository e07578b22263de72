import type { Agent, AgentState } from '@/api/types'
import { partiesOf, type Own, type Parties } from '@/live/own'
import type { PhoneStatus } from '@/phone/machine'

/** Every button of the bar, in its place. They are never hidden: what cannot be done says why. */
export const BUTTONS = [
  ['answer', 'hang_up'],
  ['hold', 'retrieve', 'mute', 'keys'],
  ['transfer', 'consult', 'conference', 'survey'],
  ['complete', 'take_back', 'merge'],
  ['ready', 'not_ready', 'sign_in', 'sign_out'],
  ['dial'],
] as const

export type ButtonId = (typeof BUTTONS)[number][number]

/** Why a button does nothing now; each is a word `why.<reason>`. */
export type Why =
  | 'sign_in_first'
  | 'no_call'
  | 'not_ringing'
  | 'not_connected'
  | 'already_held'
  | 'not_held'
  | 'consulting'
  | 'not_consulting'
  | 'not_answered'
  | 'no_customer'
  | 'others_there'
  | 'no_survey'
  | 'already_ready'
  | 'already_signed_in'
  | 'ringing'
  | 'in_call'
  | 'phone_not_ready'

export interface Situation {
  own: Own
  phone: PhoneStatus
  parties: Parties | null
}

export function situationOf(own: Own, phone: PhoneStatus): Situation {
  return { own, phone, parties: own.call && partiesOf(own.call, own.agent?.agent_id ?? '') }
}

type Rule = (situation: Situation) => Why | null

const stateOf = ({ own }: Situation): AgentState => own.agent?.state ?? 'signed_out'
const usesBrowser = (agent: Agent | null): boolean => (agent?.phone.kind ?? 'browser') === 'browser'

/** Talking: own leg is in the call. */
const talking: Rule = ({ own }) => {
  if (own.leg === null) return own.call === null ? 'no_call' : 'not_connected'
  return own.leg.state === 'joined' || own.leg.state === 'held' ? null : 'not_connected'
}

const notConsulting: Rule = ({ parties }) => (parties?.consulting ? 'consulting' : null)
const consulting: Rule = ({ parties }) => (parties?.consulted ? null : 'not_consulting')
const consultAnswered: Rule = ({ parties }) => (parties?.consulted?.state === 'joined' ? null : 'not_answered')
/** Only a customer is held, and only one who is in the call: not while he is still being rung. */
const withCustomer: Rule = ({ parties }) => {
  const state = parties?.customer?.state
  if (state === undefined) return 'no_customer'
  return state === 'joined' || state === 'held' ? null : 'not_connected'
}
const onlyCustomer: Rule = ({ parties }) => (parties?.others.length ? 'others_there' : null)
/** The group asks its customers nothing, or nothing after such a call. */
const surveyed: Rule = ({ own }) => (own.call?.survey ? null : 'no_survey')
const held: Rule = ({ parties }) => (parties?.held ? null : 'not_held')
const notHeld: Rule = ({ parties }) => (parties?.held ? 'already_held' : null)

const signedIn: Rule = (situation) => (stateOf(situation) === 'signed_out' ? 'sign_in_first' : null)
const notRinging: Rule = (situation) => (stateOf(situation) === 'reserved' ? 'ringing' : null)

const idle: Rule = ({ own }) => (own.call === null && own.agent?.state !== 'on_call' ? null : 'in_call')
const phoneReady: Rule = ({ own, phone }) =>
  usesBrowser(own.agent) && phone.state !== 'ready' && phone.state !== 'connected' ? 'phone_not_ready' : null

/** A call rings here: it is offered, and this page's phone has not already taken it (the server's word may come a little later). */
export function rings({ own, phone }: Pick<Situation, 'own' | 'phone'>): boolean {
  const taken = phone.state === 'connected' && usesBrowser(own.agent)
  return phone.state === 'ringing' || (own.offer !== null && !taken)
}

const ringing: Rule = (situation) => (rings(situation) ? null : 'not_ringing')
const anyCall: Rule = ({ own, phone }) => (own.call !== null || phone.sid !== null ? null : 'no_call')

/** For each button what must hold; the first that does not is the reason shown. */
const RULES: Record<ButtonId, readonly Rule[]> = {
  answer: [ringing],
  hang_up: [anyCall],
  hold: [talking, notConsulting, notHeld, withCustomer],
  retrieve: [talking, notConsulting, held],
  mute: [talking],
  keys: [talking],
  transfer: [talking, notConsulting, withCustomer, onlyCustomer],
  consult: [talking, notConsulting, withCustomer],
  conference: [talking, notConsulting, withCustomer],
  survey: [talking, notConsulting, withCustomer, onlyCustomer, surveyed],
  complete: [talking, consulting, consultAnswered],
  take_back: [talking, consulting],
  merge: [talking, consulting, consultAnswered],
  ready: [signedIn, notRinging, (situation) => (stateOf(situation) === 'ready' ? 'already_ready' : null)],
  not_ready: [signedIn, notRinging],
  sign_in: [(situation) => (stateOf(situation) === 'signed_out' ? null : 'already_signed_in')],
  sign_out: [signedIn, notRinging],
  dial: [signedIn, idle, notRinging, phoneReady],
}

/** Null when the button can be pressed, else the reason why not. */
export function whyNot(button: ButtonId, situation: Situation): Why | null {
  for (const rule of RULES[button]) {
    const why = rule(situation)
    if (why !== null) return why
  }
  return null
}
