import { api, ask } from '@/api/client'
import type { components } from '@/api/schema'
import type { Calendar } from './parts/hours'

export { scheduleRecords } from '@/api/records'

export interface Openness {
  open: boolean
  reason: string
  day?: string | null
}

export type CalendarYear = components['schemas']['CalendarYear']

/** This year's and the next one's holidays and make-up working days. */
export const readHolidayCalendar = (calendar: Calendar): Promise<{ years: CalendarYear[] }> =>
  ask(api.GET('/holiday-calendar', { params: { query: { calendar } } }))

export const readOpenness = (schedule_id: string): Promise<Openness> =>
  ask(api.GET('/schedules/{schedule_id}/open', { params: { path: { schedule_id } } }))
