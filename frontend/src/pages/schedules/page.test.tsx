import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { describe, expect, test } from 'vitest'
import { Surroundings } from '@/app/App'
import type { Schedule } from '@/api/types'
import { Form } from 'antd'
import { PreviewYear } from './parts/HolidayFields'
import { RangesField } from './parts/RangesField'
import { beatenBy, clockOf, datesBetween, datesProblem, hoursProblem, isOvernight, minutesOf, nextInterval, rangesProblem, spanOf, weekSummary, withDates } from './parts/hours'
import { WeeklyField } from './parts/WeeklyField'

const EMPTY: Schedule['weekly'] = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }

describe('times as they are typed', () => {
  test.each([
    ['9', '09:00'],
    ['930', '09:30'],
    ['0930', '09:30'],
    ['9:05', '09:05'],
    ['18：00', '18:00'],
    [' 7 ', '07:00'],
    ['abc', 'abc'],
    ['9:5', '9:5'],
  ])('%s becomes %s', (typed, clock) => expect(clockOf(typed)).toBe(clock))

  test('24:00 ends a day and never starts one', () => {
    expect(minutesOf('24:00', true)).toBe(1440)
    expect(minutesOf('24:00')).toBeNull()
    expect(minutesOf('25:00', true)).toBeNull()
  })
})

describe('hours of a day', () => {
  test('an end at or before its start lies on the next day', () => {
    expect(spanOf({ from: '22:00', to: '06:00' })).toEqual([1320, 1800])
    expect(isOvernight({ from: '22:00', to: '06:00' })).toBe(true)
    expect(isOvernight({ from: '00:00', to: '24:00' })).toBe(false)
  })

  test.each([
    [[{ from: '9', to: '18:00' }], 'problem.clock'],
    [[{ from: '09:00', to: '09:00' }], 'problem.empty'],
    [[{ from: '13:00', to: '18:00' }, { from: '09:00', to: '13:01' }], 'problem.overlap'],
    [[{ from: '22:00', to: '06:00' }, { from: '23:00', to: '23:30' }], 'problem.overlap'],
    [[{ from: '13:00', to: '18:00' }, { from: '09:00', to: '13:00' }], null],
    [[], null],
  ])('%j: %s', (intervals, problem) => expect(hoursProblem(intervals)).toBe(problem))

  test('the next interval is the afternoon, within the day', () => {
    expect(nextInterval([])).toEqual({ from: '09:00', to: '18:00' })
    expect(nextInterval([{ from: '09:00', to: '12:00' }])).toEqual({ from: '13:00', to: '17:00' })
    expect(nextInterval([{ from: '09:00', to: '21:00' }])).toEqual({ from: '22:00', to: '24:00' })
  })

  test('days with the same hours are told together', () => {
    const office = [{ from: '09:00', to: '18:00' }]
    expect(weekSummary({ ...EMPTY, mon: office, tue: office, sat: [{ from: '10:00', to: '12:00' }] })).toEqual([
      { days: ['mon', 'tue'], hours: '09:00–18:00' },
      { days: ['sat'], hours: '10:00–12:00' },
    ])
  })
})

describe('special dates', () => {
  test('a range gives every date once, over the end of a month, beside those that are there', () => {
    expect(datesBetween('2026-09-30', '2026-10-02')).toEqual(['2026-09-30', '2026-10-01', '2026-10-02'])
    const held = [{ date: '2026-10-01', name: '国庆节', intervals: [], route: null }]
    const next = withDates(held, datesBetween('2026-09-30', '2026-10-02'), '')
    expect(next.map((one) => [one.date, one.name])).toEqual([
      ['2026-09-30', ''],
      ['2026-10-01', '国庆节'],
      ['2026-10-02', ''],
    ])
  })

  test('what is wrong is told for its day', () => {
    const day = (date: string, name = '节', intervals: { from: string; to: string }[] = []) => ({ date, name, intervals, route: null })
    expect(datesProblem([day('')])?.code).toBe('problem.date_missing')
    expect(datesProblem([day('2026-10-01'), day('2026-10-01')])).toEqual({ code: 'problem.date_twice', day: '2026-10-01' })
    expect(datesProblem([day('2026-10-01', ' ')])?.code).toBe('problem.name_missing')
    expect(datesProblem([day('2026-10-01', '节', [{ from: '1', to: '2' }])])?.code).toBe('problem.clock')
    expect(datesProblem([day('2026-10-01')])).toBeNull()
  })
})

describe('ranges and holidays', () => {
  const range = (first: string, last: string, name = '盘点') => ({ first, last, name, intervals: [], route: null })

  test('ranges have a name and do not overlap, in whatever order they stand', () => {
    expect(rangesProblem([range('2026-10-05', '2026-10-08'), range('2026-10-01', '2026-10-04')])).toBeNull()
    expect(rangesProblem([range('2026-10-05', '2026-10-08'), range('2026-10-01', '2026-10-05')])?.code).toBe('problem.range_overlap')
    expect(rangesProblem([range('2026-10-05', '2026-10-08', ' ')])?.code).toBe('problem.name_missing')
  })

  test('an own date beats a range, and both beat the calendar', () => {
    const dates = [{ date: '2026-10-02', name: '值班', intervals: [], route: null }]
    const ranges = [range('2026-10-01', '2026-10-03')]
    expect(['2026-09-30', '2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04'].map((day) => beatenBy(day, dates, ranges))).toEqual([
      null, '盘点', '值班', '盘点', null,
    ])
  })

  test('a year is shown with what replaces a holiday, and with a warning while it is not announced', async () => {
    const days = [
      { date: '2027-10-01', kind: 'holiday' as const, name: '国庆节' },
      { date: '2027-10-09', kind: 'make_up' as const, name: '国庆节调休' },
    ]
    render(
      <Surroundings>
        <Form initialValues={{ ranges: [range('2027-10-01', '2027-10-01')] }}>
          <Form.Item name="ranges"><RangesField /></Form.Item>
          <PreviewYear year={{ year: 2027, announced: false, days }} />
        </Form>
      </Surroundings>,
    )
    const shown = (): string[] => screen.getAllByRole('listitem').map((one) => one.textContent)
    await screen.findByText('盘点', { exact: false, selector: 'li' })
    expect(shown()).toEqual(['2027-10-01 休国庆节 按“盘点”', '2027-10-09 班国庆节调休'])
    expect(screen.getByRole('alert').textContent).toContain('2027 年的放假安排尚未公布')
    fireEvent.click(screen.getByRole('button', { name: '删除区间 2027-10-01–2027-10-01' }))
    await waitFor(() => expect(shown()[0]).toBe('2027-10-01 休国庆节'))
  })
})

function Week() {
  const [value, setValue] = useState(EMPTY)
  return (
    <Surroundings>
      <WeeklyField value={value} onChange={setValue} />
      <output>{JSON.stringify(value.mon)}</output>
    </Surroundings>
  )
}

test('hours are added, typed in short and put right when the field is left, and removed', () => {
  render(<Week />)
  const stored = (): unknown => JSON.parse(screen.getByRole('status').textContent)
  fireEvent.click(screen.getByRole('button', { name: '给周一加时段' }))
  const from = screen.getByRole('textbox', { name: '周一 第 1 段开始' })
  fireEvent.change(from, { target: { value: '830' } })
  fireEvent.blur(from)
  expect(stored()).toEqual([{ from: '08:30', to: '18:00' }])
  fireEvent.click(screen.getByRole('button', { name: '删除 周一 08:30–18:00' }))
  expect(stored()).toEqual([])
})
