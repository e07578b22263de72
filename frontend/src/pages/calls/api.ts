import { api, ask } from '@/api/client'
import type { Call, CallEvent, CallSurvey, CallRecord, Page } from '@/api/types'
import type { ListQuery } from '@/parts/list/types'

export const listCalls = (query: ListQuery): Promise<Page<CallRecord>> => ask(api.GET('/calls', { params: { query } }))

export const readCall = (id: string): Promise<Call> => ask(api.GET('/calls/{call_id}', { params: { path: { call_id: id } } }))

export const callSurveys = (id: string): Promise<{ items: CallSurvey[] }> =>
  ask(api.GET('/calls/{call_id}/surveys', { params: { path: { call_id: id } } }))

export const callEvents = (id: string): Promise<{ items: CallEvent[] }> =>
  ask(api.GET('/calls/{call_id}/events', { params: { path: { call_id: id } } }))
