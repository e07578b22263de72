import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, ConfigProvider, DatePicker, Input } from 'antd'
import dayjs from 'dayjs'
import { RouteField } from '@/parts/fields/RouteField'
import { scheduleWords } from '../locale'
import type { SpecialRange } from './hours'
import { Intervals } from './Intervals'

interface Props {
  id?: string
  value?: SpecialRange[]
  onChange?: (ranges: SpecialRange[]) => void
}

const isoDate = (at: dayjs.Dayjs): string => at.format('YYYY-MM-DD')

/** Named ranges of dates with hours and a route of their own. */
export function RangesField({ id, value = [], onChange }: Props) {
  const say = scheduleWords.useWords()
  const disabled = ConfigProvider.useConfig().componentDisabled
  const today = isoDate(dayjs())
  const blank: SpecialRange = { first: today, last: today, name: '', intervals: [], route: null }
  return (
    <div className="special-dates" id={id}>
      {value.map((one, place) => (
        <OneRange
          key={place}
          value={one}
          disabled={disabled}
          onChange={(range) => onChange?.(value.map((old, at) => (at === place ? range : old)))}
          remove={() => onChange?.(value.filter((_one, at) => at !== place))}
        />
      ))}
      {!disabled && (
        <Button icon={<PlusOutlined />} style={{ justifySelf: 'start' }} onClick={() => onChange?.([...value, blank])}>
          {say('range.add')}
        </Button>
      )}
    </div>
  )
}

interface OneProps {
  value: SpecialRange
  disabled: boolean
  onChange: (range: SpecialRange) => void
  remove: () => void
}

function OneRange({ value, disabled, onChange, remove }: OneProps) {
  const say = scheduleWords.useWords()
  const text = `${value.first}–${value.last}`
  return (
    <div className="special-date">
      <div className="special-range-head">
        <DatePicker.RangePicker
          aria-label={say('range.dates')}
          disabled={disabled}
          allowClear={false}
          value={[dayjs(value.first), dayjs(value.last)]}
          onChange={(range) => range?.[0] && range[1] && onChange({ ...value, first: isoDate(range[0]), last: isoDate(range[1]) })}
        />
        <Input
          aria-label={say('range.name')}
          placeholder={say('range.name.example')}
          maxLength={100}
          disabled={disabled}
          status={value.name.trim() === '' ? 'error' : ''}
          value={value.name}
          onChange={(event) => onChange({ ...value, name: event.target.value })}
        />
        {!disabled && <Button type="text" icon={<DeleteOutlined />} aria-label={say('range.remove', { text })} onClick={remove} />}
      </div>
      <Intervals day={text} value={value.intervals} disabled={disabled} onChange={(intervals) => onChange({ ...value, intervals })} />
      <div>
        <span className="quiet">{say('date.route')}</span>
        <RouteField none={say('date.route.none')} disabled={disabled || undefined} value={value.route} onChange={(route) => onChange({ ...value, route })} />
      </div>
    </div>
  )
}
