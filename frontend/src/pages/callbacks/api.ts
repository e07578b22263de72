import { api, ask } from '@/api/client'
import type { Call, Callback, Page } from '@/api/types'
import type { ListQuery } from '@/parts/list/types'

/** Name of the list, and first part of the key under which it is kept. */
export const CALLBACKS = 'callbacks'

export interface Booking {
  number: string
  group_id: string
  at: number | null
  note: string
}

/** Who is still to be called back, the first due first. */
export const listCallbacks = (query: ListQuery): Promise<Page<Callback>> => ask(api.GET('/callbacks', { params: { query } }))

export const book = (booking: Booking): Promise<Call> => ask(api.POST('/callbacks', { body: booking }))

export const cancel = (call_id: string): Promise<Call> => ask(api.POST('/callbacks/{call_id}/cancel', { params: { path: { call_id } } }))
