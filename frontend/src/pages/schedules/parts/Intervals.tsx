import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import type { Interval } from '@/api/types'
import { scheduleWords } from '../locale'
import { clockOf, DAY_MINUTES, isOvernight, minutesOf, nextInterval, spanOf } from './hours'

interface Props {
  /** The day's name, for those who hear the page. */
  day: string
  value: readonly Interval[]
  disabled?: boolean
  onChange: (intervals: Interval[]) => void
}

/** The hours of one day, typed: `930` becomes 09:30 when the field is left. */
export function Intervals({ day, value, disabled = false, onChange }: Props) {
  const say = scheduleWords.useWords()
  const put = (place: number, part: Partial<Interval>): void =>
    onChange(value.map((one, at) => (at === place ? { ...one, ...part } : one)))
  return (
    <div className="intervals">
      {value.length === 0 && <span className="quiet">{say('closed')}</span>}
      {value.map((interval, place) => (
        <span className="interval" key={place}>
          <Clock label={say('from', { day, place: place + 1 })} value={interval.from} disabled={disabled} onChange={(from) => put(place, { from })} />–
          <Clock end label={say('to', { day, place: place + 1 })} value={interval.to} disabled={disabled} onChange={(to) => put(place, { to })} />
          {isOvernight(interval) && <sup>{say('next_day')}</sup>}
          {!disabled && (
            <Button
              size="small"
              type="text"
              icon={<CloseOutlined style={{ fontSize: 10 }} />}
              aria-label={say('remove', { day, text: `${interval.from}–${interval.to}` })}
              onClick={() => onChange(value.filter((_one, at) => at !== place))}
            />
          )}
        </span>
      ))}
      {!disabled && (
        <Button
          size="small"
          type="link"
          icon={<PlusOutlined />}
          aria-label={say('add.named', { day })}
          onClick={() => onChange([...value, nextInterval(value)])}
        >
          {say('add')}
        </Button>
      )}
    </div>
  )
}

interface ClockProps {
  label: string
  value: string
  end?: boolean
  disabled: boolean
  onChange: (clock: string) => void
}

function Clock({ label, value, end = false, disabled, onChange }: ClockProps) {
  const tidy = clockOf(value)
  return (
    <Input
      size="small"
      inputMode="numeric"
      maxLength={5}
      aria-label={label}
      disabled={disabled}
      value={value}
      status={minutesOf(tidy, end) === null ? 'error' : ''}
      onChange={(event) => onChange(event.target.value)}
      onBlur={() => tidy !== value && onChange(tidy)}
    />
  )
}

/** The day from 0 to 24 with its hours filled in. */
export function DayBar({ value }: { value: readonly Interval[] }) {
  const share = (minutes: number): string => `${(Math.min(minutes, DAY_MINUTES) / DAY_MINUTES) * 100}%`
  return (
    <div className="week-bar" aria-hidden>
      {value.map((interval, place) => {
        const span = spanOf(interval)
        if (span === null) return null
        return <i key={place} style={{ left: share(span[0]), right: `calc(100% - ${share(span[1])})` }} />
      })}
    </div>
  )
}
