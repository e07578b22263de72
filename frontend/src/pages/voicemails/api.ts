import { api, ask } from '@/api/client'
import type { Page, Voicemail } from '@/api/types'
import type { ListQuery } from '@/parts/list/types'
import { dialable } from '@/parts/numbers'

const path = (voicemail_id: string): { params: { path: { voicemail_id: string } } } => ({ params: { path: { voicemail_id } } })

/** Newest first; open ones unless asked otherwise. A number may be typed in any way. */
export function listVoicemails(query: ListQuery): Promise<Page<Voicemail>> {
  const number = query.number === undefined ? undefined : (dialable(String(query.number)) ?? String(query.number))
  return ask(api.GET('/voicemails', { params: { query: { ...query, number } } }))
}

/** An address that works for ten minutes; the message counts as heard. */
export const listen = async (voicemail_id: string): Promise<string> => (await ask(api.POST('/voicemails/{voicemail_id}/listen', path(voicemail_id)))).url

export const calledBack = (voicemail_id: string): Promise<Voicemail> => ask(api.POST('/voicemails/{voicemail_id}/called-back', path(voicemail_id)))

export const handle = (voicemail_id: string, note: string): Promise<Voicemail> =>
  ask(api.POST('/voicemails/{voicemail_id}/handle', { ...path(voicemail_id), body: { note } }))

export const reopen = (voicemail_id: string): Promise<Voicemail> => ask(api.POST('/voicemails/{voicemail_id}/reopen', path(voicemail_id)))
