import type { Problem } from './types'

/** Every failed request becomes one of these: what the server said, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly correlationId: string | null
  readonly params: Record<string, unknown>

  constructor(problem: Partial<Problem> & { status: number }) {
    super(problem.detail ?? problem.title ?? problem.code ?? `HTTP ${problem.status}`)
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code ?? 'unknown'
    this.correlationId = problem.correlation_id ?? null
    this.params = problem.params ?? {}
  }

  /** The server was not reached at all, so nothing is known about what happened. */
  get unreachable(): boolean {
    return this.status === 0
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof ApiError && error.code === code
}
