import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, ConfigProvider, DatePicker, Input } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { RouteField } from '@/parts/fields/RouteField'
import { scheduleWords } from '../locale'
import { datesBetween, withDates, type SpecialDate } from './hours'
import { Intervals } from './Intervals'

interface Props {
  id?: string
  value?: SpecialDate[]
  onChange?: (dates: SpecialDate[]) => void
}

const isoDate = (at: dayjs.Dayjs): string => at.format('YYYY-MM-DD')

/** Holidays and make-up working days; those that are over are folded away. */
export function DatesField({ id, value = [], onChange }: Props) {
  const say = scheduleWords.useWords()
  const disabled = ConfigProvider.useConfig().componentDisabled
  const [showPast, setShowPast] = useState(false)
  const today = isoDate(dayjs())
  const past = value.filter((one) => one.date !== '' && one.date < today).length
  const put = (place: number, date: SpecialDate): void => onChange?.(value.map((one, at) => (at === place ? date : one)))
  return (
    <div className="special-dates" id={id}>
      {past > 0 && !showPast && (
        <Button type="link" size="small" onClick={() => setShowPast(true)} style={{ justifySelf: 'start' }}>
          {say('date.past', { count: past })}
        </Button>
      )}
      {value.map((one, place) =>
        !showPast && one.date !== '' && one.date < today ? null : (
          <OneDate
            key={place}
            value={one}
            disabled={disabled}
            onChange={(date) => put(place, date)}
            remove={() => onChange?.(value.filter((_one, at) => at !== place))}
          />
        ),
      )}
      {!disabled && <AddDates add={(dates) => onChange?.(withDates(value, dates, ''))} />}
    </div>
  )
}

interface OneProps {
  value: SpecialDate
  disabled: boolean
  onChange: (date: SpecialDate) => void
  remove: () => void
}

function OneDate({ value, disabled, onChange, remove }: OneProps) {
  const say = scheduleWords.useWords()
  return (
    <div className="special-date">
      <div className="special-date-head">
        <DatePicker
          aria-label={say('date.date')}
          disabled={disabled}
          allowClear={false}
          value={value.date === '' ? null : dayjs(value.date)}
          onChange={(at) => at && onChange({ ...value, date: isoDate(at) })}
        />
        <Input
          aria-label={say('date.name')}
          placeholder={say('date.name.example')}
          maxLength={100}
          disabled={disabled}
          status={value.name.trim() === '' ? 'error' : ''}
          value={value.name}
          onChange={(event) => onChange({ ...value, name: event.target.value })}
        />
        {!disabled && <Button type="text" icon={<DeleteOutlined />} aria-label={say('date.remove', { day: value.date })} onClick={remove} />}
      </div>
      <Intervals day={value.date} value={value.intervals} disabled={disabled} onChange={(intervals) => onChange({ ...value, intervals })} />
      <div>
        <span className="quiet">{say('date.route')}</span>
        <RouteField none={say('date.route.none')} disabled={disabled || undefined} value={value.route} onChange={(route) => onChange({ ...value, route })} />
      </div>
    </div>
  )
}

function AddDates({ add }: { add: (dates: string[]) => void }) {
  const say = scheduleWords.useWords()
  return (
    <div className="row wrap">
      <Button icon={<PlusOutlined />} onClick={() => add([isoDate(dayjs())])}>
        {say('date.add')}
      </Button>
      <span className="quiet">{say('date.range')}</span>
      <DatePicker.RangePicker
        value={null}
        aria-label={say('date.range')}
        onChange={(range) => range?.[0] && range[1] && add(datesBetween(isoDate(range[0]), isoDate(range[1])))}
      />
    </div>
  )
}
