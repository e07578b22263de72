import { e164 } from '@/parts/fields/rules'
import type { Caller, Step } from '../api'

export const PRESETS = ['sales', 'service', 'voicemail', 'none'] as const
export type Preset = (typeof PRESETS)[number]

const KEY: Record<Preset, string | null> = { sales: '1', service: '2', voicemail: '9', none: null }
const LISTENING_S = 30
const MESSAGE_S = 6

export interface Wish {
  preset: Preset
  from: string
  to: string
  patience_s: number | null
  talk_s: number | null
}

/** The caller's script: waits for the menu, presses his key, then talks or leaves a message. */
export function callerOf({ preset, from, to, patience_s, talk_s }: Wish): Caller {
  const key = KEY[preset]
  const patience = patience_s ?? 60
  const steps: Step[] = key === null ? [] : [{ wait_until: 'listening', timeout_s: LISTENING_S }, { press: key }]
  if (preset === 'voicemail') steps.push({ wait_until: 'recording', timeout_s: LISTENING_S }, { wait_s: MESSAGE_S }, { hang_up: true })
  else if (talk_s !== null) steps.push({ wait_until: 'connected', timeout_s: patience }, { wait_s: talk_s }, { hang_up: true })
  const caller = { from: e164(from), to: e164(to), steps }
  // A caller who leaves a message never talks with a person, so his patience must not end the call.
  return preset === 'voicemail' ? caller : { ...caller, patience_s: patience }
}

/** A moment's details in a few words, for the time line. */
export function detailText(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => (typeof value === 'string' || typeof value === 'number' ? `${name}: ${value}` : `${name}: ${JSON.stringify(value)}`))
    .join(' · ')
}
