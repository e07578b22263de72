import { api, ask } from '@/api/client'
import { ApiError } from '@/api/errors'
import { promptRecords, type Records } from '@/api/records'
import type { Page, Prompt, PromptAudio, PromptContent, PromptUser } from '@/api/types'
import type { ListQuery } from '@/parts/list/types'
import { sha256 } from './audio/decode'
import { RATE, toWav, type Samples } from './audio/pcm'

/** Audio that was chosen or recorded and is not stored yet. url: of the browser's own copy. */
export interface NewAudio {
  kind: 'new'
  name: string
  samples: Samples
}
export type Content = PromptContent | NewAudio
export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A prompt as its form holds it: a language without content is left out or null. */
export type PromptDraft = Omit<Prompt, 'contents'> & { contents: Partial<Record<Language, Content | null>> }

export const listPrompts = (query: ListQuery): Promise<Page<Prompt>> => ask(api.GET('/prompts', { params: { query } }))

export const readUsers = async (prompt_id: string): Promise<PromptUser[]> =>
  (await ask(api.GET('/prompts/{prompt_id}/users', { params: { path: { prompt_id } } }))).items

export const lengthOf = (content: PromptAudio | NewAudio): number => (content.kind === 'new' ? content.samples.length / RATE : content.seconds)

/** Prompts for the record page: new audio is uploaded first, then the prompt points to it. */
export const promptDrafts: Records<PromptDraft, Prompt> = {
  ...promptRecords,
  idOf: (prompt) => prompt.prompt_id,
  create: async (draft) => promptRecords.create(await stored(draft)),
  update: async (draft) => promptRecords.update(await stored(draft)),
  remove: (draft) => promptRecords.remove(draft as Prompt),
}

/** What the prompt says, language by language, without those that say nothing. */
export const filled = (contents: PromptDraft['contents'] | undefined): [Language, Content][] =>
  LANGUAGES.flatMap((language) => {
    const content = contents?.[language]
    return content == null || (content.kind === 'spoken' && content.text.trim() === '') ? [] : [[language, content]]
  })

async function stored(draft: PromptDraft): Promise<Prompt> {
  const contents = await Promise.all(filled(draft.contents).map(async ([language, content]) => [language, await uploaded(content)] as const))
  // An id is made by the server unless one is given.
  return { ...draft, prompt_id: draft.prompt_id || undefined, contents: Object.fromEntries(contents) } as Prompt
}

async function uploaded(content: Content): Promise<PromptContent> {
  if (content.kind !== 'new') return content
  const wav = toWav(content.samples)
  const hash = await sha256(wav)
  const place = await ask(api.POST('/prompts/uploads', { body: { sha256: hash, size: wav.length } }))
  const answer = await fetch(place.url, { method: 'PUT', headers: place.headers, body: wav }).catch(() => null)
  if (!answer?.ok) throw new ApiError({ status: answer?.status ?? 0, code: answer === null ? 'unreachable' : 'upload_refused', detail: '' })
  return { kind: 'audio', sha256: hash, name: content.name, url: '', seconds: 0, size: wav.length, at: 0, by: '' }
}
