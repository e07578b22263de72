import { api, ask } from '@/api/client'
import type { Page, Recording } from '@/api/types'
import type { ListQuery } from '@/parts/list/types'
import { dialable } from '@/parts/numbers'

/** Newest first. A number may be typed in any way. */
export function searchRecordings(query: ListQuery): Promise<Page<Recording>> {
  const number = query.number === undefined ? undefined : (dialable(String(query.number)) ?? String(query.number))
  return ask(api.GET('/recordings', { params: { query: { ...query, number } } }))
}

export const readRecording = (recording_id: string): Promise<Recording> =>
  ask(api.GET('/recordings/{recording_id}', { params: { path: { recording_id } } }))

/** An address that works for ten minutes, to play at or to save from. */
export const audioAddress = (recording_id: string, download: boolean): Promise<{ url: string; expires_at: number }> =>
  ask(api.GET('/recordings/{recording_id}/url', { params: { path: { recording_id }, query: { download } } }))
