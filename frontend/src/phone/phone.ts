import { create } from 'zustand'
import { api, ask } from '@/api/client'
import type { PhoneToken } from '@/api/types'
import { backoff } from '@/live/socket'
import { after } from '@/live/steady'
import { after as afterEvent, busyLine, faceOf, isTaken, withCarriers, type Face, type Lines } from './lines'
import type { PhoneEvent } from './machine'
import { SimulatedPhone } from './simulated'
import { PhoneError, type PhoneListener, type Softphone } from './softphone'

/** The browser phone of this page: its status for the screen, and the commands. It has a line at each carrier. */
export const phone = create<Face>()(() => faceOf([]))

const KEPT_SID = 'zhiyin.phone.sid'
const KEPT_CARRIER = 'zhiyin.phone.carrier'
const RENEW_EARLY_MS = 120_000
const SOONEST_MS = 10_000
/** Stands for all lines until it is known which there are. */
const ANY = ''

let lines: Lines = []
let running = false
const devices = new Map<string, Softphone>()
const attempts = new Map<string, number>()
/** What is to happen to a line, or to all of them: at most one thing each. */
const timers = new Map<string, () => void>()

export const wasConnected = (): string | null => window.sessionStorage.getItem(KEPT_SID)
export const phoneReady = (): boolean => ['ready', 'ringing', 'connected'].includes(phone.getState().state)

/** The leg that this page had is over, or somebody else's now. */
export function forgetLeg(): void {
  window.sessionStorage.removeItem(KEPT_SID)
  window.sessionStorage.removeItem(KEPT_CARRIER)
}

const keptCarrier = (): string | null => window.sessionStorage.getItem(KEPT_CARRIER)
const isEnd = (event: PhoneEvent): boolean => event.type === 'disconnected' || event.type === 'canceled'

function show(changed: Lines): void {
  lines = changed
  phone.setState(faceOf(lines), true)
}

function take(carrier: string, event: PhoneEvent): void {
  if (event.type === 'incoming' && isTaken(lines, carrier)) return devices.get(carrier)?.reject()
  show(afterEvent(lines, carrier, event))
  // Kept until the leg is known to be over, so that a page that lost it (a reload, the network) finds its way back.
  if (event.type === 'accepted') {
    window.sessionStorage.setItem(KEPT_SID, event.sid)
    window.sessionStorage.setItem(KEPT_CARRIER, carrier)
  } else if ('sid' in event && event.sid === wasConnected() && isEnd(event)) forgetLeg()
}

/** Registers the phone and keeps it registered, whatever happens, until {@link stopPhone}. */
export function startPhone(): void {
  running = true
  void renewAll()
}

export function stopPhone(): void {
  running = false
  timers.forEach((cancel) => cancel())
  timers.clear()
  devices.forEach((device) => device.close())
  devices.clear()
  attempts.clear()
  show([])
}

function later(carrier: string, delay: number, run: () => void): void {
  timers.get(carrier)?.()
  timers.set(carrier, after(delay, run))
}

async function tokens(): Promise<PhoneToken[]> {
  const { items } = await ask(api.POST('/phone/token'))
  if (items.length === 0) throw new PhoneError('no_browser_phone', '')
  return items
}

async function renewAll(): Promise<void> {
  try {
    const items = await tokens()
    if (!isRunning()) return
    attempts.delete(ANY)
    keep(items.map((item) => item.carrier))
    items.forEach((item) => void register(item))
    const soonest = Math.min(...items.map((item) => item.expires_at))
    later(ANY, Math.max(SOONEST_MS, soonest - Date.now() - RENEW_EARLY_MS), () => void renewAll())
  } catch (error) {
    if (!isRunning()) return
    if (lines.length === 0) keep([ANY])
    // A line that can ring goes on: its registration outlives a bad minute of the platform.
    for (const { carrier, status } of lines) if (status.state === 'off' || status.state === 'failed') tell(carrier, error)
    again(ANY, () => void renewAll())
  }
}

/** Renews one line that was refused or lost, without disturbing the others. */
async function renew(carrier: string): Promise<void> {
  try {
    const token = (await tokens()).find((item) => item.carrier === carrier)
    if (!isRunning()) return
    if (token === undefined) await renewAll()
    else await register(token)
  } catch (error) {
    failed(carrier, error)
  }
}

async function register(token: PhoneToken): Promise<void> {
  const { carrier } = token
  try {
    const made = devices.get(carrier) ?? (await make(token))
    if (!isRunning()) return
    const device = devices.get(carrier) ?? made // somebody else may have been faster
    devices.set(carrier, device)
    await device.register(token)
    attempts.delete(carrier)
  } catch (error) {
    failed(carrier, error)
  }
}

// A function, so that the compiler does not take the answer of before an await for the answer after it.
const isRunning = (): boolean => running

/** Has lines at exactly these carriers; a call at another one goes on to its end. */
function keep(carriers: string[]): void {
  show(withCarriers(lines, carriers))
  for (const [carrier, device] of devices) {
    if (lines.some((line) => line.carrier === carrier)) continue
    devices.delete(carrier)
    device.close()
  }
}

function failed(carrier: string, error: unknown): void {
  if (!isRunning() || (error instanceof PhoneError && error.code === 'superseded')) return
  tell(carrier, error)
  again(carrier, () => void renew(carrier))
}

function tell(carrier: string, error: unknown): void {
  const code = error instanceof PhoneError ? error.code : 'phone_unreachable'
  take(carrier, { type: 'failed', code, detail: error instanceof Error ? error.message : '' })
}

function again(carrier: string, run: () => void): void {
  const attempt = attempts.get(carrier) ?? 0
  attempts.set(carrier, attempt + 1)
  later(carrier, backoff(attempt, Math.random()) + 1_000, run)
}

async function make({ kind, carrier, url, edge }: PhoneToken): Promise<Softphone> {
  const listener: PhoneListener = { event: (event) => take(carrier, event), tokenWanted: () => void renew(carrier) }
  if (kind === 'simulator') return new SimulatedPhone(url ?? '', listener, keptCarrier() === carrier ? wasConnected() : null)
  if (kind === 'sip') return new (await import('./sip')).SipPhone(listener)
  return new (await import('./twilio')).TwilioPhone(edge, listener)
}

/** Does this page's phone find its way back into the call that it had by itself after a reload? */
export const resumes = (): boolean => devices.get(keptCarrier() ?? ANY)?.resumes ?? false

const deviceWithCall = (): Softphone | undefined => devices.get(busyLine(lines)?.carrier ?? ANY)

export async function accept(): Promise<void> {
  const device = deviceWithCall()
  if (device === undefined) throw new PhoneError('phone_unreachable', '')
  await device.accept()
}

export const reject = (): void => deviceWithCall()?.reject()
export const hangUpLocally = (): void => deviceWithCall()?.hangUp()
export const muteLocally = (muted: boolean): void => deviceWithCall()?.mute(muted)
