import { ask, api } from './client'
import { queryClient } from './queries'
import type { paths } from './schema'
import type { Page } from './types'

/** Configuration records that follow the one pattern of the API: list, create, read, replace at a version, delete at a version. */
interface Ids {
  '/users': 'username'
  '/departments': 'department_id'
  '/roles': 'role_id'
  '/trunk-numbers': 'number'
  '/extensions': 'extension'
  '/schedules': 'schedule_id'
  '/screening': 'entry_id'
  '/groups': 'group_id'
  '/flows': 'flow_id'
  '/skills': 'skill_id'
  '/number-lists': 'list_id'
  '/surveys': 'survey_id'
  '/prompts': 'prompt_id'
}
export type RecordPath = keyof Ids

/** What is sent with a new record and never read again. */
interface Secret {
  '/users': { initial_password?: string }
}

type Answered<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Answer } } } } ? Answer : never

type Read<Url> = Url extends keyof paths ? Answered<paths[Url]['get']> : never

/** A record as it is read and written. */
export type RecordAt<P extends RecordPath> = Read<`${P}/{${Ids[P]}}`> & Versioned & (P extends keyof Secret ? Secret[P] : unknown)
/** A record as its list shows it. */
export type ListedAt<P extends RecordPath> = Read<P> extends Page<infer Listed> ? Listed : never

interface Versioned {
  version: number
}

export interface Records<R extends Versioned, L = R> {
  path: RecordPath
  /** First part of the cache keys of everything that shows these records. */
  key: string
  idOf: (record: R) => string
  /** Every record, whatever the number of pages. */
  all: () => Promise<L[]>
  read: (id: string) => Promise<R>
  create: (record: R) => Promise<R>
  update: (record: R) => Promise<R>
  remove: (record: R) => Promise<void>
  /** Makes every list and choice that shows these records read them again. */
  changed: () => void
}

const ALL_AT_ONCE = 100

interface Asked {
  params?: { path?: Record<string, string>; query?: Record<string, string | number | undefined> }
  body?: unknown
}
type Send = (url: string, asked?: Asked) => Promise<{ data?: unknown; error?: unknown; response: Response }>

// The client is typed path by path; the pattern is the same for all of them, so it is written once, for a path that varies.
const client = api as unknown as Record<'GET' | 'POST' | 'PUT' | 'DELETE', Send>

const send = async <R>(method: keyof typeof client, url: string, asked: Asked): Promise<R> =>
  (await ask(client[method](url, asked))) as R

export function records<P extends RecordPath>(path: P, idField: Ids[P] & keyof RecordAt<P>): Records<RecordAt<P>, ListedAt<P>> {
  type R = RecordAt<P>
  const one = `${path}/{${idField}}`
  const idOf = (record: R): string => String(record[idField])
  const at = (id: string): Record<string, string> => ({ [idField]: id })
  return {
    path,
    key: path.slice(1),
    idOf,
    all: () => everyPage((query) => send<Page<ListedAt<P>>>('GET', path, { params: { query } })),
    read: (id) => send<R>('GET', one, { params: { path: at(id) } }),
    create: (record) => send<R>('POST', path, { body: record }),
    update: (record) => send<R>('PUT', one, { params: { path: at(idOf(record)) }, body: record }),
    remove: (record) => send<undefined>('DELETE', one, { params: { path: at(idOf(record)), query: { version: record.version } } }),
    changed: () => void queryClient.invalidateQueries({ queryKey: [path.slice(1)] }),
  }
}

/** Follows the cursor to the end of a list. */
export async function everyPage<R>(load: (query: { cursor?: string; limit: number }) => Promise<Page<R>>): Promise<R[]> {
  const items: R[] = []
  let cursor: string | null | undefined
  do {
    const page = await load({ cursor: cursor ?? undefined, limit: ALL_AT_ONCE })
    items.push(...page.items)
    cursor = page.cursor
  } while (cursor)
  return items
}

export const userRecords = records('/users', 'username')
export const departmentRecords = records('/departments', 'department_id')
export const roleRecords = records('/roles', 'role_id')
export const trunkNumberRecords = records('/trunk-numbers', 'number')
export const extensionRecords = records('/extensions', 'extension')
export const scheduleRecords = records('/schedules', 'schedule_id')
export const screeningRecords = records('/screening', 'entry_id')
export const groupRecords = records('/groups', 'group_id')
export const flowRecords = records('/flows', 'flow_id')
export const skillRecords = records('/skills', 'skill_id')
export const numberListRecords = records('/number-lists', 'list_id')
export const surveyRecords = records('/surveys', 'survey_id')
export const promptRecords = records('/prompts', 'prompt_id')
