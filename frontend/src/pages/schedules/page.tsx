import './schedules.css'
import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Form, Input, Select, Tag } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useMay } from '@/api/session'
import type { Schedule } from '@/api/types'
import { cleanRoute, routeProblem } from '@/parts/fields/routes'
import { fieldWords } from '@/parts/fields/locale'
import { useFieldRules } from '@/parts/fields/rules'
import { FormSection } from '@/parts/form/RecordForm'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { ListQuery } from '@/parts/list/types'
import { RecordPage } from '@/parts/record/RecordPage'
import { readOpenness, scheduleRecords } from './api'
import { scheduleWords } from './locale'
import { DatesField } from './parts/DatesField'
import { HolidayFields } from './parts/HolidayFields'
import { datesProblem, hoursProblem, rangesProblem, sortedHours, WEEKDAYS, weekSummary } from './parts/hours'
import { RangesField } from './parts/RangesField'
import { WeeklyField } from './parts/WeeklyField'

const loadSchedules = async (query: ListQuery) => localPage(await scheduleRecords.all(), query, (one) => [one.name])

export function SchedulesPage() {
  const say = scheduleWords.useWords()
  const navigate = useNavigate()
  const create = useMay('schedules.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/schedules/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<Schedule>
      id={scheduleRecords.key}
      title={say('title')}
      load={loadSchedules}
      rowKey={(one) => one.schedule_id}
      search={say('search')}
      columns={[
        { key: 'name', title: say('name'), render: (one) => one.name },
        { key: 'hours', title: say('hours'), render: (one) => <Summary weekly={one.weekly} /> },
        { key: 'dates', title: say('dates.count'), align: 'right', width: 120, render: (one) => one.dates.length },
        { key: 'zone', title: say('zone'), render: (one) => one.time_zone },
      ]}
      onOpen={(one) => void navigate(`/schedules/${encodeURIComponent(one.schedule_id)}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

function Summary({ weekly }: { weekly: Schedule['weekly'] }) {
  const say = scheduleWords.useWords()
  const lines = weekSummary(weekly)
  if (lines.length === 0) return say('closed')
  return lines.map(({ days, hours }) => {
    const [first, last] = [days[0] ?? 'mon', days.at(-1) ?? 'mon']
    const name = first === last ? say(`day.${first}`) : `${say(`day.${first}`)}–${say(`day.${last}`)}`
    return (
      <div key={first} className="figures">
        {name} {hours}
      </div>
    )
  })
}

const OFFICE = [{ from: '09:00', to: '18:00' }]
const BLANK: Partial<Schedule> = {
  schedule_id: '',
  name: '',
  time_zone: 'Asia/Shanghai',
  weekly: { mon: OFFICE, tue: OFFICE, wed: OFFICE, thu: OFFICE, fri: OFFICE, sat: [], sun: [] },
  dates: [],
  ranges: [],
  calendar: null,
  holiday_intervals: [],
  holiday_route: null,
  make_up_weekday: 'mon',
}

function tidy(schedule: Schedule): Schedule {
  const weekly = Object.fromEntries(WEEKDAYS.map((day) => [day, sortedHours(schedule.weekly[day])])) as Schedule['weekly']
  const dates = schedule.dates.map((one) => ({ ...one, intervals: sortedHours(one.intervals), route: cleanRoute(one.route) }))
  const ranges = schedule.ranges.map((one) => ({ ...one, intervals: sortedHours(one.intervals), route: cleanRoute(one.route) }))
  return {
    ...schedule,
    weekly,
    dates: dates.sort((a, b) => a.date.localeCompare(b.date)),
    ranges: ranges.sort((a, b) => a.first.localeCompare(b.first)),
    calendar: schedule.calendar ?? null,
    holiday_intervals: sortedHours(schedule.holiday_intervals),
    holiday_route: cleanRoute(schedule.holiday_route),
  }
}

function Editor({ id }: { id: string | null }) {
  const say = scheduleWords.useWords()
  return (
    <RecordPage<Schedule>
      records={scheduleRecords}
      id={id}
      newTitle={say('new')}
      title={(one) => one.name}
      initial={BLANK}
      writePermission="schedules.write"
      follows={() => say('follows')}
      names={{ name: say('name'), time_zone: say('zone'), weekly: say('week'), dates: say('dates'), ranges: say('ranges'), calendar: say('calendar'), make_up_weekday: say('make_up'), holiday_intervals: say('holiday.hours'), holiday_route: say('date.route') }}
      tidy={tidy}
      above={(one) => one && <OpenNow schedule={one} />}
      fields={(one) => <Fields isNew={one === null} />}
    />
  )
}

/** What the server says about this moment, by what is stored. */
function OpenNow({ schedule: { schedule_id, version } }: { schedule: Schedule }) {
  const say = scheduleWords.useWords()
  const now = useQuery({
    queryKey: [scheduleRecords.key, 'open', schedule_id, version],
    queryFn: () => readOpenness(schedule_id),
    refetchInterval: 60_000,
  })
  if (!now.data) return null
  const { open, reason, day } = now.data
  const why = say(`reason.${reason as 'always_open' | 'weekly_hours' | 'special_hours' | 'make_up_day' | 'outside_hours' | 'holiday'}`)
  return (
    <p style={{ margin: '0 0 8px' }}>
      <Tag color={open ? 'success' : 'default'}>{say(open ? 'now.open' : 'now.closed')}</Tag>
      <span className="quiet">{day ? `${why} · ${day}` : why}</span>
    </p>
  )
}

function Fields({ isNew }: { isNew: boolean }) {
  const say = scheduleWords.useWords()
  const sayField = fieldWords.useWords()
  const rules = useFieldRules()
  const weekProblem = (weekly: Schedule['weekly']): string | null => {
    for (const day of WEEKDAYS) {
      const problem = hoursProblem(weekly[day])
      if (problem !== null) return say(problem, { day: say(`day.${day}`) })
    }
    return null
  }
  const specialProblem = (dates: Schedule['dates']): string | null => {
    const problem = datesProblem(dates)
    if (problem !== null) return say(problem.code, { day: problem.day })
    const bad = dates.map((one) => routeProblem(one.route)).find((one) => one !== null)
    return bad == null ? null : sayField(bad)
  }
  const rangeProblem = (ranges: Schedule['ranges']): string | null => {
    const problem = rangesProblem(ranges)
    if (problem !== null) return say(problem.code, { day: problem.day })
    const bad = ranges.map((one) => routeProblem(one.route)).find((one) => one !== null)
    return bad == null ? null : sayField(bad)
  }
  const rule = <T,>(problemOf: (value: T) => string | null) => ({
    validator: (_rule: unknown, value: T) => {
      const problem = problemOf(value)
      return problem === null ? Promise.resolve() : Promise.reject(new Error(problem))
    },
  })
  return (
    <>
      <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]}>
        <Input maxLength={100} autoFocus={isNew} />
      </Form.Item>
      <Form.Item name="time_zone" label={say('zone')} rules={[{ required: true, message: say('zone.missing') }]}>
        <Select showSearch style={{ width: 280 }} options={Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value }))} />
      </Form.Item>
      <FormSection title={say('week')} hint={say('week.hint')}>
        <Form.Item name="weekly" rules={[rule(weekProblem)]}>
          <WeeklyField />
        </Form.Item>
      </FormSection>
      <FormSection title={say('dates')} hint={say('dates.hint')}>
        <Form.Item name="dates" rules={[rule(specialProblem)]}>
          <DatesField />
        </Form.Item>
      </FormSection>
      <FormSection title={say('ranges')} hint={say('ranges.hint')}>
        <Form.Item name="ranges" rules={[rule(rangeProblem)]}>
          <RangesField />
        </Form.Item>
      </FormSection>
      <FormSection title={say('holidays')} hint={say('holidays.hint')}>
        <HolidayFields />
      </FormSection>
    </>
  )
}

export const NewSchedulePage = () => <Editor id={null} />

export function SchedulePage() {
  const { schedule_id = '' } = useParams()
  return <Editor id={schedule_id} />
}
