import createClient from 'openapi-fetch'
import { locale } from '@/app/i18n'
import { ApiError } from './errors'
import type { paths } from './schema'
import { refreshSession, session } from './session'
import type { Problem } from './types'

const BASE = '/api'

/** `fetch` with the access token; a 401 refreshes the token once and repeats the request. */
async function authorizedFetch(request: Request): Promise<Response> {
  const again = request.clone()
  const answer = await fetch(withHeaders(request))
  if (answer.status !== 401 || request.url.includes(`${BASE}/session`)) return answer
  return (await refreshSession()) ? fetch(withHeaders(again)) : answer
}

function withHeaders(request: Request): Request {
  const { accessToken } = session.getState()
  const headers = new Headers(request.headers)
  if (accessToken !== null) headers.set('Authorization', `Bearer ${accessToken}`)
  headers.set('Accept-Language', locale())
  return new Request(request, { headers })
}

/** The typed client. Calls go through {@link ask}, which answers the data or throws an {@link ApiError}. */
export const api = createClient<paths>({ baseUrl: window.location.origin + BASE, fetch: authorizedFetch })

interface Outcome<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The answer's data; throws {@link ApiError} for any error answer and for a server that was not reached. */
export async function ask<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  let result: Outcome<T>
  try {
    result = await outcome
  } catch (error) {
    throw new ApiError({ status: 0, code: 'unreachable', detail: error instanceof Error ? error.message : '' })
  }
  if (!result.response.ok) throw problemOf(result)
  return result.data as T
}

function problemOf(result: Outcome<unknown>): ApiError {
  const body = typeof result.error === 'object' && result.error !== null ? (result.error as Partial<Problem>) : {}
  const correlation_id = body.correlation_id ?? result.response.headers.get('x-correlation-id') ?? undefined
  return new ApiError({ ...body, status: result.response.status, correlation_id })
}

/** A whole file (an export) with the file's name that the server gave. */
export async function download(path: string): Promise<{ blob: Blob; name: string | null }> {
  const answer = await authorizedFetch(new Request(new URL(BASE + path, window.location.origin)))
  if (!answer.ok) throw new ApiError({ status: answer.status, ...((await answer.json().catch(() => ({}))) as object) })
  const name = /filename="?([^";]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? null
  return { blob: await answer.blob(), name }
}
