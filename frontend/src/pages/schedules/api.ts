import { api, ask } from '@/api/client'

export { scheduleRecords } from '@/api/records'

export interface Openness {
  open: boolean
  reason: string
  day?: string | null
}

export const readOpenness = (schedule_id: string): Promise<Openness> =>
  ask(api.GET('/schedules/{schedule_id}/open', { params: { path: { schedule_id } } }))
