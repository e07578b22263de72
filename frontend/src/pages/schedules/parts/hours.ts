import type { Interval, Schedule, Weekday } from '@/api/types'

export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
export const WORKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri']
export const DAY_MINUTES = 24 * 60

/** What was typed (`9`, `930`, `9:30`, `18：00`) as `HH:MM`; unchanged when it is no time of day. */
export function clockOf(typed: string): string {
  const text = typed.trim().replace('：', ':')
  const match = /^(\d{1,2}):(\d{2})$/.exec(text) ?? /^(\d{1,2})()$/.exec(text) ?? /^(\d{1,2})(\d{2})$/.exec(text)
  if (match === null) return text
  return `${(match[1] ?? '').padStart(2, '0')}:${(match[2] ?? '').padStart(2, '0')}`
}

/** Minutes since midnight; null when it is no time of day. 24:00 is the end of a day, never its start. */
export function minutesOf(clock: string, end = false): number | null {
  if (end && clock === '24:00') return DAY_MINUTES
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock)
  return match === null ? null : Number(match[1]) * 60 + Number(match[2])
}

/** Start and end in minutes; an end at or before its start lies on the next day. Null when one of them is no time. */
export function spanOf({ from, to }: Interval): [from: number, to: number] | null {
  const start = minutesOf(from)
  const end = minutesOf(to, true)
  if (start === null || end === null) return null
  return [start, end <= start ? end + DAY_MINUTES : end]
}

export const isOvernight = (interval: Interval): boolean => (spanOf(interval)?.[1] ?? 0) > DAY_MINUTES

export type HoursProblem = 'problem.clock' | 'problem.empty' | 'problem.overlap'

/** What is wrong with the hours of one day. */
export function hoursProblem(intervals: readonly Interval[]): HoursProblem | null {
  if (intervals.some((interval) => spanOf(interval) === null)) return 'problem.clock'
  if (intervals.some(({ from, to }) => from === to)) return 'problem.empty'
  const spans = intervals.map(spanOf).filter((span) => span !== null).sort((a, b) => a[0] - b[0])
  return spans.some((span, place) => span[0] < (spans[place - 1]?.[1] ?? 0)) ? 'problem.overlap' : null
}

const byStart = (a: Interval, b: Interval): number => a.from.localeCompare(b.from)

/** The day's hours in order of time, for saving. */
export const sortedHours = (intervals: readonly Interval[]): Interval[] => [...intervals].sort(byStart)

/** A further interval after those that are there: the afternoon after a morning, else office hours. */
export function nextInterval(intervals: readonly Interval[]): Interval {
  const last = sortedHours(intervals).at(-1)
  const end = last === undefined ? null : minutesOf(last.to, true)
  if (last === undefined || end === null || end >= DAY_MINUTES - 60 || isOvernight(last)) return { from: '09:00', to: '18:00' }
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  return { from: clock(end + 60), to: clock(Math.min(end + 5 * 60, DAY_MINUTES)) }
}

export type SpecialDate = Schedule['dates'][number]
export type SpecialRange = Schedule['ranges'][number]
export type Calendar = NonNullable<Schedule['calendar']>

/** Every date from the first to the last, both included, as `YYYY-MM-DD`. At most a year. */
export function datesBetween(first: string, last: string): string[] {
  const dates: string[] = []
  const end = Date.parse(`${last}T00:00:00Z`)
  for (let at = Date.parse(`${first}T00:00:00Z`); at <= end && dates.length < 366; at += 86_400_000) {
    dates.push(new Date(at).toISOString().slice(0, 10))
  }
  return dates
}

/** The dates with further ones in order; a date that is there already stays as it is. */
export function withDates(held: readonly SpecialDate[], dates: readonly string[], name: string): SpecialDate[] {
  const known = new Set(held.map((one) => one.date))
  const added = dates.filter((date) => !known.has(date)).map((date) => ({ date, name, intervals: [], route: null }))
  return [...held, ...added].sort((a, b) => a.date.localeCompare(b.date))
}

export interface DateProblem {
  code: HoursProblem | 'problem.date_missing' | 'problem.date_twice' | 'problem.name_missing'
  day: string
}

/** The first thing that is wrong with the special dates. */
export function datesProblem(dates: readonly SpecialDate[]): DateProblem | null {
  const seen = new Set<string>()
  for (const { date, name, intervals } of dates) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return { code: 'problem.date_missing', day: date }
    if (seen.has(date)) return { code: 'problem.date_twice', day: date }
    seen.add(date)
    if (!name.trim()) return { code: 'problem.name_missing', day: date }
    const problem = hoursProblem(intervals)
    if (problem !== null) return { code: problem, day: date }
  }
  return null
}

export interface RangeProblem {
  code: HoursProblem | 'problem.range_overlap' | 'problem.name_missing'
  day: string
}

/** The first thing that is wrong with the ranges; each begins before it ends, since they are picked as a pair. */
export function rangesProblem(ranges: readonly SpecialRange[]): RangeProblem | null {
  let ended = ''
  for (const { first, last, name, intervals } of [...ranges].sort((a, b) => a.first.localeCompare(b.first))) {
    const day = `${first}–${last}`
    if (first <= ended) return { code: 'problem.range_overlap', day }
    if (!name.trim()) return { code: 'problem.name_missing', day }
    const problem = hoursProblem(intervals)
    if (problem !== null) return { code: problem, day }
    ended = last
  }
  return null
}

/** The name of the own date, else range, that takes a day from the calendar; null when the calendar decides. */
export function beatenBy(day: string, dates: readonly SpecialDate[], ranges: readonly SpecialRange[]): string | null {
  const own = dates.find(({ date }) => date === day) ?? ranges.find(({ first, last }) => first <= day && day <= last)
  return own?.name ?? null
}

/** Days with the same hours together, in week order: for one line in a list. */
export function weekSummary(weekly: Schedule['weekly']): { days: Weekday[]; hours: string }[] {
  const lines: { days: Weekday[]; hours: string }[] = []
  for (const day of WEEKDAYS) {
    const hours = sortedHours(weekly[day]).map(({ from, to }) => `${from}–${to}`).join(' ')
    const last = lines.at(-1)
    if (last?.hours === hours) last.days.push(day)
    else lines.push({ days: [day], hours })
  }
  return lines.filter((line) => line.hours !== '')
}
