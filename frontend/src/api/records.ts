import { ask, api } from './client'
import { queryClient } from './queries'
import type * as T from './types'

/** Configuration records that follow the one pattern of the API: list, create, read, replace at a version, delete at a version. */
interface Kinds {
  '/users': T.User & { initial_password?: string }
  '/departments': T.Department
  '/roles': T.Role
  '/trunk-numbers': T.TrunkNumber
  '/extensions': T.Extension
  '/schedules': T.Schedule
  '/screening': T.ScreeningEntry
  '/groups': T.Group
  '/flows': T.Flow
}
export type RecordPath = keyof Kinds
export type RecordAt<P extends RecordPath> = Kinds[P]

export interface Records<R> {
  path: RecordPath
  /** First part of the cache keys of everything that shows these records. */
  key: string
  idOf: (record: R) => string
  /** Every record, whatever the number of pages. */
  all: () => Promise<R[]>
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

export function records<P extends RecordPath>(path: P, idField: keyof Kinds[P] & string): Records<Kinds[P]> {
  type R = Kinds[P]
  const one = `${path}/{${idField}}`
  const idOf = (record: R): string => String(record[idField])
  const at = (id: string): Record<string, string> => ({ [idField]: id })
  return {
    path,
    key: path.slice(1),
    idOf,
    all: () => everyPage((query) => send<T.Page<R>>('GET', path, { params: { query } })),
    read: (id) => send<R>('GET', one, { params: { path: at(id) } }),
    create: (record) => send<R>('POST', path, { body: record }),
    update: (record) => send<R>('PUT', one, { params: { path: at(idOf(record)) }, body: record }),
    remove: (record) => send<undefined>('DELETE', one, { params: { path: at(idOf(record)), query: { version: record.version } } }),
    changed: () => void queryClient.invalidateQueries({ queryKey: [path.slice(1)] }),
  }
}

/** Follows the cursor to the end of a list. */
export async function everyPage<R>(load: (query: { cursor?: string; limit: number }) => Promise<T.Page<R>>): Promise<R[]> {
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
