import { api, ask } from '@/api/client'
import { ApiError } from '@/api/errors'
import type { Agent, Call, PhoneKind, Target } from '@/api/types'
import { after } from '@/live/steady'
import { live, takeAgent, takeCall } from '@/live/store'
import { own } from '@/live/useLive'
import { accept, hangUpLocally, muteLocally, phone, reject } from '@/phone/phone'
import { PhoneError } from '@/phone/softphone'
import { expectOwnLeg } from './autoAccept'

const RING_MS = 15_000

/** What the buttons do. Each ends when the server has taken the command; what follows from it comes through the event stream. */

const path = (call_id: string): { params: { path: { call_id: string } } } => ({ params: { path: { call_id } } })

function callId(): string {
  const { call } = own()
  if (call === null) throw new ApiError({ status: 409, code: 'no_call' })
  return call.call_id
}

const shownCall = async (answer: Promise<Call>): Promise<void> => takeCall(await answer)
const shownAgent = async (answer: Promise<Agent>): Promise<void> => takeAgent(await answer)

export async function answer(): Promise<void> {
  const kind = own().agent?.phone.kind ?? 'browser'
  if (kind === 'browser' || phone.getState().state === 'ringing') {
    await ringsHere()
    await accept()
  } else await shownCall(ask(api.POST('/calls/{call_id}/answer', path(callId()))))
}

/** The screen knows of an offer a moment before the phone rings; an answer given in between is kept until it does. */
function ringsHere(): Promise<void> {
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = []
    const end = (then: () => void): void => {
      stops.forEach((stop) => stop())
      then()
    }
    const look = (): void => {
      if (phone.getState().state === 'ringing') end(resolve)
      else if (own().offer === null) end(() => reject(new PhoneError('call_gone', '')))
    }
    const tooLong = (): void => end(() => reject(new PhoneError('phone_silent', '')))
    stops.push(after(RING_MS, tooLong), phone.subscribe(look), live.subscribe(look))
    look()
  })
}

/** Ringing: declines. Talking: the server is told first, so that it knows that the hang-up was meant. */
export async function hangUp(): Promise<void> {
  const { call } = own()
  if (phone.getState().state === 'ringing') return reject()
  if (call === null) return hangUpLocally()
  try {
    await shownCall(ask(api.POST('/calls/{call_id}/hangup', path(call.call_id))))
  } catch (error) {
    if (error instanceof ApiError && error.unreachable) hangUpLocally()
    throw error
  }
}

export const hold = (): Promise<void> => shownCall(ask(api.POST('/calls/{call_id}/hold', path(callId()))))
export const retrieve = (): Promise<void> => shownCall(ask(api.POST('/calls/{call_id}/retrieve', path(callId()))))

/** The microphone is shut here at once; the server's word is what every screen shows. */
export async function toggleMute(): Promise<void> {
  const muted = !(own().leg?.muted ?? false)
  muteLocally(muted)
  await shownCall(ask(api.POST('/calls/{call_id}/mute', { ...path(callId()), body: { muted } })))
}

export const digits = (keys: string): Promise<void> =>
  shownCall(ask(api.POST('/calls/{call_id}/digits', { ...path(callId()), body: { digits: keys } })))

const recording = (act: 'pause' | 'resume' | 'start' | 'stop') => (): Promise<void> =>
  shownCall(ask(api.POST(`/calls/{call_id}/recording/${act}`, path(callId()))))
export const pauseRecording = recording('pause')
export const resumeRecording = recording('resume')
export const startRecording = recording('start')
export const stopRecording = recording('stop')
/** A target as the API takes it. node: of a flow, at which the caller comes in. */
export const whole = ({ node = '', ...target }: Target) => ({ ...target, node })

export const transfer = (target: Target): Promise<void> =>
  shownCall(ask(api.POST('/calls/{call_id}/transfer', { ...path(callId()), body: { target: whole(target) } })))
export const consult = (target: Target): Promise<void> =>
  shownCall(ask(api.POST('/calls/{call_id}/consult', { ...path(callId()), body: { target: whole(target) } })))
export const conference = (target: Target): Promise<void> =>
  shownCall(ask(api.POST('/calls/{call_id}/conference', { ...path(callId()), body: { target: whole(target) } })))

/** The customer is asked by key; the server was told, so the end of this leg is a hang-up. */
export const survey = (): Promise<void> => shownCall(ask(api.POST('/calls/{call_id}/survey', path(callId()))))

export const complete = (): Promise<void> => shownCall(ask(api.POST('/calls/{call_id}/consult/complete', path(callId()))))
export const takeBack = (): Promise<void> => shownCall(ask(api.POST('/calls/{call_id}/consult/return', path(callId()))))
export const merge = (): Promise<void> => shownCall(ask(api.POST('/calls/{call_id}/consult/merge', path(callId()))))

export const removeLeg = (leg_id: string): Promise<void> =>
  shownCall(ask(api.POST('/calls/{call_id}/legs/{leg_id}/remove', { params: { path: { call_id: callId(), leg_id } } })))

export async function rejoin(): Promise<void> {
  expectOwnLeg()
  await shownCall(ask(api.POST('/calls/{call_id}/rejoin', path(callId()))))
}

/** Click to dial: the agent's own phone rings first and is answered by itself, then the other side is called. */
export async function dial(to: string): Promise<void> {
  expectOwnLeg()
  await shownCall(ask(api.POST('/calls', { body: { to, trunk_number: null } })))
}

export const signIn = (groups: string[], kind: PhoneKind, address = '', nailed_up = false): Promise<void> =>
  shownAgent(ask(api.POST('/agent/sign-in', { body: { groups, phone: { kind, address, nailed_up } } })))
export const signOut = (reason = ''): Promise<void> =>
  shownAgent(ask(api.POST('/agent/sign-out', { body: { reason } })))
export const ready = (): Promise<void> => shownAgent(ask(api.POST('/agent/ready')))
export const notReady = (reason: string): Promise<void> =>
  shownAgent(ask(api.POST('/agent/not-ready', { body: { reason } })))

export const finishWrapUp = (): Promise<void> => shownAgent(ask(api.POST('/agent/wrap-up/finish')))
export const extendWrapUp = (seconds: number): Promise<void> =>
  shownAgent(ask(api.POST('/agent/wrap-up/extend', { body: { seconds } })))
export const dispose = (id: string, code: string, note: string): Promise<void> =>
  shownCall(ask(api.POST('/calls/{call_id}/disposition', { ...path(id), body: { code, note } })))
