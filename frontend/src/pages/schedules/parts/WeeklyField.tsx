import { CopyOutlined } from '@ant-design/icons'
import { Button, ConfigProvider, Dropdown } from 'antd'
import type { Schedule, Weekday } from '@/api/types'
import { scheduleWords } from '../locale'
import { WEEKDAYS, WORKDAYS } from './hours'
import { DayBar, Intervals } from './Intervals'

type Weekly = Schedule['weekly']

interface Props {
  id?: string
  value?: Weekly
  onChange?: (weekly: Weekly) => void
}

const NO_HOURS: Weekly = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }

/** The hours of each day of the week. */
export function WeeklyField({ id, value = NO_HOURS, onChange }: Props) {
  const say = scheduleWords.useWords()
  const disabled = ConfigProvider.useConfig().componentDisabled
  const copy = (from: Weekday, days: readonly Weekday[]): void =>
    onChange?.({ ...value, ...Object.fromEntries(days.map((day) => [day, value[from].map((one) => ({ ...one }))])) })
  return (
    <div className="week" id={id} role="group" aria-label={say('week')}>
      {WEEKDAYS.map((day) => (
        <div className="week-day" key={day}>
          <strong>{say(`day.${day}`)}</strong>
          <div>
            <Intervals
              day={say(`day.${day}`)}
              value={value[day]}
              disabled={disabled}
              onChange={(intervals) => onChange?.({ ...value, [day]: intervals })}
            />
            <DayBar value={value[day]} />
          </div>
          {!disabled && (
            <Dropdown
              trigger={['click']}
              menu={{
                items: [
                  { key: 'workdays', label: say('copy.workdays'), onClick: () => copy(day, WORKDAYS) },
                  { key: 'all', label: say('copy.all'), onClick: () => copy(day, WEEKDAYS) },
                ],
              }}
            >
              <Button size="small" type="text" icon={<CopyOutlined />} aria-label={say('copy.named', { day: say(`day.${day}`) })}>
                {say('copy')}
              </Button>
            </Dropdown>
          )}
        </div>
      ))}
    </div>
  )
}
