import { create } from 'zustand'
import { locale } from '@/app/i18n'
import { ApiError } from './errors'
import type { Me, Problem, Session } from './types'

/**
 * Who is signed in. The access token lives in memory alone; the refresh token is an httpOnly cookie, so a reload asks for
 * a new access token. `expired` = the cookie was refused while someone was at work: the page stays as it is, calls go on,
 * and a sign-in dialog stands in front.
 */
interface SessionState {
  status: 'unknown' | 'signed_out' | 'signed_in' | 'unreachable'
  user: Me | null
  accessToken: string | null
  expiresAt: number | null
  expired: boolean
}

const NOBODY = { user: null, accessToken: null, expiresAt: null, expired: false }
const EARLY_MS = 90_000
const RETRY_MS = 10_000

export const session = create<SessionState>()(() => ({ status: 'unknown', ...NOBODY }))

let refreshing: Promise<boolean> | null = null
let timer: ReturnType<typeof setTimeout> | undefined

export function may(permission: string): boolean {
  return session.getState().user?.permissions.includes(permission) ?? false
}

export function useMay(permission: string): boolean {
  return session((state) => state.user?.permissions.includes(permission) ?? false)
}

/** Throws {@link ApiError} `sign_in_failed`, `user_disabled` or `new_password_required`. */
export async function signIn(username: string, password: string): Promise<void> {
  take(await send<Session>('POST', '/session', { username, password }))
}

export async function signInWithNewPassword(username: string, old_password: string, new_password: string): Promise<void> {
  const answer = await send<Session | undefined>('POST', '/session/password', { username, old_password, new_password })
  if (answer?.access_token === undefined) await signIn(username, new_password)
  else take(answer)
}

/** Forgets the session here and at the server; a server that is not reached does not keep the user in. */
export async function signOutOfSession(): Promise<void> {
  clearTimeout(timer)
  await send('DELETE', '/session').catch(() => undefined)
  session.setState({ status: 'signed_out', ...NOBODY })
}

/** A new access token from the cookie; `false` when the cookie is refused or nobody answers. One request at a time. */
export function refreshSession(): Promise<boolean> {
  refreshing ??= refresh().finally(() => {
    refreshing = null
  })
  return refreshing
}

async function refresh(): Promise<boolean> {
  try {
    take(await send<Session>('POST', '/session/refresh'))
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) refused()
    else unreachable()
    return false
  }
}

function take(answer: Session): void {
  session.setState({
    status: 'signed_in',
    user: answer.user,
    accessToken: answer.access_token,
    expiresAt: answer.expires_at,
    expired: false,
  })
  const life = answer.expires_at - Date.now()
  schedule(Math.max(life - EARLY_MS, life / 2, 1_000))
}

function refused(): void {
  const atWork = session.getState().status === 'signed_in'
  session.setState(atWork ? { expired: true } : { status: 'signed_out', ...NOBODY })
}

function unreachable(): void {
  if (session.getState().status === 'unknown') session.setState({ status: 'unreachable' })
  schedule(RETRY_MS)
}

function schedule(delay: number): void {
  clearTimeout(timer)
  timer = setTimeout(() => void refreshSession(), Math.min(delay, 2 ** 31 - 1))
}

async function send<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { 'Content-Type': 'application/json', 'Accept-Language': locale() }
  const answer = await fetch(`/api${path}`, {
    method,
    headers,
    credentials: 'same-origin',
    body: body === undefined ? null : JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new ApiError({ status: 0, code: 'unreachable', detail: String(error) })
  })
  const data: unknown = answer.status === 204 ? undefined : await answer.json().catch(() => undefined)
  if (!answer.ok) throw new ApiError({ ...(data as Partial<Problem> | undefined), status: answer.status })
  return data as T
}
