import { vi } from 'vitest'

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
}

type Answer = (asked: Asked) => unknown

/** An answer other than 200: `fail(409, 'changed_meanwhile')`. */
export class Failure {
  constructor(
    readonly status: number,
    readonly problem: object,
  ) {}
}

export const fail = (status: number, code: string, detail = code): Failure =>
  new Failure(status, { type: 'about:blank', title: code, status, code, detail, correlation_id: 'c-1' })

/**
 * Stands in for the server in a test: `{'GET /api/groups': () => page}`; a key may hold `{id}`. Answers the list of requests made.
 * A request that nobody answers fails the test by an error that names it.
 */
export function answering(answers: Record<string, Answer>): Asked[] {
  const asked: Asked[] = []
  const rules = Object.entries(answers).map(([key, answer]) => {
    const [method, path] = key.split(' ')
    return { method, pattern: new RegExp(`^${(path ?? '').replace(/\{\w+\}/g, '[^/]+')}$`), answer }
  })
  vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit): Promise<Response> => {
    // A request as it is: made anew from another one it would lose method and body here.
    const request = typeof input === 'string' ? new Request(new URL(input, 'http://localhost'), init) : input
    const url = new URL(request.url)
    const text = await request.text()
    const one: Asked = { method: request.method, path: url.pathname, query: url.searchParams, body: text ? JSON.parse(text) : undefined }
    asked.push(one)
    const rule = rules.find(({ method, pattern }) => method === one.method && pattern.test(one.path))
    if (rule === undefined) throw new Error(`nobody answers ${one.method} ${one.path}`)
    const answer = await rule.answer(one)
    if (answer instanceof Failure) return Response.json(answer.problem, { status: answer.status })
    return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer)
  })
  return asked
}
