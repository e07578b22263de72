/** A browser phone's life as data: what can happen to it and what it is then. No I/O. */

export type PhoneState = 'off' | 'registering' | 'ready' | 'ringing' | 'connected' | 'failed'

export interface PhoneStatus {
  state: PhoneState
  /** The carrier's id of the leg that rings or is connected here. */
  sid: string | null
  from: string | null
  parameters: Record<string, string>
  muted: boolean
  /** Why it cannot ring: a code such as `token_refused` or `microphone`, with what the carrier said. */
  problem: { code: string; detail: string } | null
  /** The simulator has no media and says instead what one would hear. */
  hearing: string | null
}

export type PhoneEvent =
  | { type: 'registering' }
  | { type: 'registered' }
  | { type: 'unregistered' }
  | { type: 'failed'; code: string; detail: string }
  | { type: 'incoming'; sid: string; from: string; parameters: Record<string, string> }
  | { type: 'accepted'; sid: string }
  | { type: 'canceled'; sid: string }
  | { type: 'disconnected'; sid: string }
  /** The leg is lost, and nobody wanted it: the server brings the caller back when this phone can ring again. */
  | { type: 'dropped'; sid: string }
  | { type: 'muted'; sid: string; muted: boolean }
  | { type: 'hearing'; sid: string; text: string }
  | { type: 'off' }

const SILENT = { sid: null, from: null, parameters: {}, muted: false, hearing: null }
export const OFF: PhoneStatus = { state: 'off', ...SILENT, problem: null }

const inCall = (status: PhoneStatus): boolean => status.state === 'connected'

/** A lost registration does not end a call: the leg lives on for the carrier's grace time and is taken up again. */
function registering(status: PhoneStatus): PhoneStatus {
  return inCall(status) ? status : { ...status, ...SILENT, state: 'registering' }
}

function failed(status: PhoneStatus, code: string, detail: string): PhoneStatus {
  const problem = { code, detail }
  return inCall(status) ? { ...status, problem } : { ...status, ...SILENT, state: 'failed', problem }
}

/** The status after an event; the same object when the event concerns nothing that is going on here. */
export function next(status: PhoneStatus, event: PhoneEvent): PhoneStatus {
  switch (event.type) {
    case 'registering':
    case 'unregistered':
      return registering(status)
    case 'registered':
      return status.sid === null ? { ...status, ...SILENT, state: 'ready', problem: null } : { ...status, problem: null }
    case 'failed':
      return failed(status, event.code, event.detail)
    case 'incoming':
      return ring(status, event)
    case 'accepted':
      return { ...status, state: 'connected', sid: event.sid, problem: null }
    case 'off':
      return OFF
    default:
      return event.sid === status.sid ? aboutLeg(status, event) : status
  }
}

function ring(status: PhoneStatus, event: Extract<PhoneEvent, { type: 'incoming' }>): PhoneStatus {
  if (inCall(status)) return status
  const { sid, from, parameters } = event
  return { ...status, ...SILENT, state: 'ringing', sid, from, parameters }
}

type LegEvent = Extract<PhoneEvent, { type: 'canceled' | 'disconnected' | 'dropped' | 'muted' | 'hearing' }>

function aboutLeg(status: PhoneStatus, event: LegEvent): PhoneStatus {
  if (event.type === 'muted') return { ...status, muted: event.muted }
  if (event.type === 'hearing') return { ...status, hearing: event.text }
  return { ...status, ...SILENT, state: 'ready' }
}
