import { ApiError } from '@/api/errors'

/** The simulator's own words (`/sim`), which are no part of the product's API. Times: ms since the epoch. */
export interface SimCall {
  call_sid: string
  parent_call_sid: string | null
  direction: 'inbound' | 'outbound-api' | 'outbound-dial'
  from: string
  to: string
  status: string
  created_at: number
  answered_at: number | null
  ended_at: number | null
  hearing: { kind: 'nothing' | 'ringing' | 'prompt' | 'music' | 'conversation' | 'hold'; text?: string; with?: string[] }
  timeline?: SimMoment[]
}

export interface SimMoment {
  at: number
  offset_ms: number
  what: string
  detail: Record<string, unknown>
}

export type Step = { wait_until: string; timeout_s?: number } | { press: string } | { wait_s: number } | { hang_up: true }

export interface Caller {
  from: string
  to: string
  patience_s?: number
  steps: Step[]
}

async function sim<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const answer = await fetch(`/sim${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new ApiError({ status: 0, code: 'unreachable', detail: String(error) })
  })
  const data: unknown = await answer.json().catch(() => undefined)
  if (!answer.ok) throw new ApiError({ ...(data as object | undefined), status: answer.status })
  return data as T
}

export const placeCall = (caller: Caller): Promise<SimCall> => sim('POST', '/calls', caller)
export const listCalls = async (): Promise<SimCall[]> => (await sim<{ items: SimCall[] }>('GET', '/calls?limit=50')).items
export const readCall = (sid: string): Promise<SimCall> => sim('GET', `/calls/${encodeURIComponent(sid)}`)
export const press = (sid: string, digits: string): Promise<SimCall> => sim('POST', `/calls/${encodeURIComponent(sid)}/press`, { digits })
export const hangUp = (sid: string): Promise<SimCall> => sim('POST', `/calls/${encodeURIComponent(sid)}/hang-up`, {})

export const listNumbers = async (): Promise<string[]> =>
  (await sim<{ items: { phone_number: string }[] }>('GET', '/numbers')).items.map((one) => one.phone_number)
