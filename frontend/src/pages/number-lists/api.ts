import { api, ask } from '@/api/client'
import type { ListedNumber, ListImport, Page } from '@/api/types'

export { numberListRecords } from '@/api/records'

const at = (list_id: string) => ({ path: { list_id } })

export const listNumbers = (list_id: string, cursor: string | null): Promise<Page<ListedNumber>> =>
  ask(api.GET('/number-lists/{list_id}/numbers', { params: { ...at(list_id), query: { limit: 50, cursor: cursor ?? undefined } } }))

export const importNumbers = (list_id: string, text: string): Promise<ListImport> =>
  ask(api.POST('/number-lists/{list_id}/numbers', { params: at(list_id), body: { text } }))

export const removeNumber = async (list_id: string, number: string): Promise<void> => {
  await ask(api.DELETE('/number-lists/{list_id}/numbers/{number}', { params: { path: { list_id, number } } }))
}
