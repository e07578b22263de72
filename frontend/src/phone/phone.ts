import { create } from 'zustand'
import { api, ask } from '@/api/client'
import type { PhoneToken } from '@/api/types'
import { backoff } from '@/live/socket'
import { after } from '@/live/steady'
import { next, OFF, type PhoneEvent, type PhoneStatus } from './machine'
import { SimulatedPhone } from './simulated'
import { PhoneError, type PhoneListener, type Softphone } from './softphone'

/** The browser phone of this page: its status for the screen, and the commands. */
export const phone = create<PhoneStatus>()(() => OFF)

const KEPT_SID = 'zhiyin.phone.sid'
const RENEW_EARLY_MS = 120_000

let device: Softphone | null = null
let attempt = 0
let running = false
let cancel: () => void = () => undefined

export const wasConnected = (): string | null => window.sessionStorage.getItem(KEPT_SID)
export const phoneReady = (): boolean => ['ready', 'ringing', 'connected'].includes(phone.getState().state)

const isEnd = (event: PhoneEvent): boolean => event.type === 'disconnected' || event.type === 'canceled'

function take(event: PhoneEvent): void {
  phone.setState(next(phone.getState(), event), true)
  // Kept until the leg is known to be over, so that a reload in the middle of a call finds its way back.
  if (event.type === 'accepted') window.sessionStorage.setItem(KEPT_SID, event.sid)
  else if ('sid' in event && event.sid === wasConnected() && isEnd(event)) window.sessionStorage.removeItem(KEPT_SID)
}

const listener: PhoneListener = { event: take, tokenWanted: () => void renew() }

/** Registers the phone and keeps it registered, whatever happens, until {@link stopPhone}. */
export function startPhone(): void {
  running = true
  void renew()
}

export function stopPhone(): void {
  running = false
  cancel()
  device?.close()
  device = null
}

async function renew(): Promise<void> {
  cancel()
  try {
    const token = await ask(api.POST('/phone/token'))
    if (!isRunning()) return
    device ??= await make(token)
    await device.register(token.token)
    attempt = 0
    cancel = after(Math.max(10_000, token.expires_at - Date.now() - RENEW_EARLY_MS), () => void renew())
  } catch (error) {
    failed(error)
  }
}

// A function, so that the compiler does not take the answer of before an await for the answer after it.
const isRunning = (): boolean => running

function failed(error: unknown): void {
  if (error instanceof PhoneError && error.code === 'superseded') return
  const code = error instanceof PhoneError ? error.code : 'phone_unreachable'
  take({ type: 'failed', code, detail: error instanceof Error ? error.message : '' })
  if (running) cancel = after(backoff(attempt++, Math.random()) + 1_000, () => void renew())
}

async function make(token: PhoneToken): Promise<Softphone> {
  if (token.kind === 'simulator') return new SimulatedPhone(token.url ?? '', listener, wasConnected())
  const { TwilioPhone } = await import('./twilio')
  return new TwilioPhone(token.edge ?? null, listener)
}

/** Does this page's phone find its way back into a call by itself after a reload? */
export const resumes = (): boolean => device?.resumes ?? false

export async function accept(): Promise<void> {
  if (device === null) throw new PhoneError('phone_unreachable', '')
  await device.accept()
}

export const reject = (): void => device?.reject()
export const hangUpLocally = (): void => device?.hangUp()
export const muteLocally = (muted: boolean): void => device?.mute(muted)
