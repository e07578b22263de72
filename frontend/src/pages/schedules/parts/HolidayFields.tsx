import { useQuery } from '@tanstack/react-query'
import { Alert, ConfigProvider, Form, Select, Tag } from 'antd'
import type { Schedule } from '@/api/types'
import { useLocale } from '@/app/i18n'
import { RouteField } from '@/parts/fields/RouteField'
import { routeProblem } from '@/parts/fields/routes'
import { fieldWords } from '@/parts/fields/locale'
import { readHolidayCalendar, type CalendarYear } from '../api'
import { scheduleWords } from '../locale'
import { beatenBy, hoursProblem, WEEKDAYS, type Calendar } from './hours'
import { Intervals } from './Intervals'

const CALENDARS: readonly Calendar[] = ['CN', 'HK', 'MO', 'TW', 'SG', 'MY', 'TH', 'JP', 'KR', 'US', 'CA', 'GB', 'DE', 'FR', 'AU']

/** The country whose holidays are kept, what happens on them, and the days themselves. */
export function HolidayFields() {
  const say = scheduleWords.useWords()
  const sayField = fieldWords.useWords()
  const language = useLocale()
  const calendar = Form.useWatch<Calendar | null | undefined>('calendar') ?? null
  const names = new Intl.DisplayNames([language], { type: 'region' })
  const hoursRule = {
    validator: (_rule: unknown, hours: Schedule['holiday_intervals']) => {
      const problem = hoursProblem(hours)
      return problem === null ? Promise.resolve() : Promise.reject(new Error(say(problem, { day: say('holiday.hours') })))
    },
  }
  const routeRule = {
    validator: (_rule: unknown, route: Schedule['holiday_route']) => {
      const problem = routeProblem(route)
      return problem === null ? Promise.resolve() : Promise.reject(new Error(sayField(problem)))
    },
  }
  return (
    <>
      <Form.Item name="calendar" label={say('calendar')}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={say('calendar.none')}
          style={{ width: 280 }}
          options={CALENDARS.map((value) => ({ value, label: names.of(value) ?? value }))}
        />
      </Form.Item>
      <Form.Item name="make_up_weekday" label={say('make_up')} hidden={calendar !== 'CN'}>
        <Select style={{ width: 280 }} options={WEEKDAYS.map((day) => ({ value: day, label: say(`day.${day}`) }))} />
      </Form.Item>
      <Form.Item name="holiday_intervals" label={say('holiday.hours')} hidden={calendar === null} rules={[hoursRule]}>
        <HolidayHours />
      </Form.Item>
      <Form.Item name="holiday_route" label={say('date.route')} hidden={calendar === null} rules={[routeRule]}>
        <RouteField none={say('date.route.none')} />
      </Form.Item>
      {calendar && <Preview calendar={calendar} />}
    </>
  )
}

function HolidayHours({ value = [], onChange }: { value?: Schedule['holiday_intervals']; onChange?: (hours: Schedule['holiday_intervals']) => void }) {
  const say = scheduleWords.useWords()
  const disabled = ConfigProvider.useConfig().componentDisabled
  return <Intervals day={say('holiday.hours')} value={value} disabled={disabled} onChange={(hours) => onChange?.(hours)} />
}

/** This year's and the next one's days as they will apply, with those that an own date or range takes over. */
function Preview({ calendar }: { calendar: Calendar }) {
  const say = scheduleWords.useWords()
  const found = useQuery({ queryKey: ['holiday-calendar', calendar], queryFn: () => readHolidayCalendar(calendar) })
  if (found.isError) return <Alert type="error" showIcon title={say('preview.failed')} />
  return (
    <div className="calendar-years" aria-busy={found.isPending}>
      {found.data?.years.map((year) => <PreviewYear key={year.year} year={year} />)}
    </div>
  )
}

export function PreviewYear({ year: { year, announced, days } }: { year: CalendarYear }) {
  const say = scheduleWords.useWords()
  const dates = Form.useWatch<Schedule['dates'] | undefined>('dates') ?? []
  const ranges = Form.useWatch<Schedule['ranges'] | undefined>('ranges') ?? []
  return (
    <section aria-label={String(year)}>
      <strong>{year}</strong>
      {!announced && <Alert type="warning" showIcon title={say('preview.unannounced', { year })} />}
      <ul>
        {days.map(({ date, kind, name }) => {
          const own = beatenBy(date, dates, ranges)
          return (
            <li key={`${date}${kind}`}>
              <span className="figures">{date}</span> <Tag color={kind === 'holiday' ? 'default' : 'success'}>{say(`preview.${kind}`)}</Tag>
              {own === null ? name : <><s>{name}</s> {say('preview.own', { name: own })}</>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
