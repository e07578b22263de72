import { Input, Select } from 'antd'
import { Choose } from '@/parts/fields/Choose'
import { flowWords } from '../../locale'
import type { TestValue } from './tests'

interface Props {
  test: TestValue
  onChange: (test: TestValue) => void
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const OPERATIONS = ['equals', 'not_equals', 'starts_with', 'contains', 'is_set', 'greater', 'less'] as const

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What one test asks, by what it tests. */
export function TestField({ test, onChange }: Props) {
  const say = flowWords.useWords()
  const set = (name: string, value: unknown): void => onChange({ ...test, [name]: value })
  const input = (name: string, label: string, placeholder = label) => (
    <Input size="small" value={text(test[name])} aria-label={label} placeholder={placeholder} onChange={(event) => set(name, event.target.value)} />
  )
  switch (test.test) {
    case 'schedule':
      return (
        <>
          <Choose kind="schedule" label={say('test.schedule')} placeholder={say('test.schedule.choose')} value={text(test.schedule_id)} onChange={(id) => set('schedule_id', id ?? '')} />
          <Select
            size="small"
            aria-label={say('test.open')}
            value={test.open !== false}
            options={[
              { value: true, label: say('test.is_open') },
              { value: false, label: say('test.is_closed') },
            ]}
            onChange={(open) => set('open', open)}
          />
        </>
      )
    case 'time':
      return (
        <>
          <div className="row">
            {input('from', say('test.from'), '09:00')}–{input('to', say('test.to'), '18:00')}
          </div>
          <Select<string[]>
            size="small"
            mode="multiple"
            aria-label={say('test.days')}
            value={Array.isArray(test.days) ? (test.days as string[]) : [...DAYS]}
            options={DAYS.map((day) => ({ value: day, label: say(`day.${day}`) }))}
            onChange={(days) => set('days', DAYS.filter((day) => days.includes(day)))}
          />
          {input('time_zone', say('test.zone'))}
        </>
      )
    case 'variable':
      return (
        <>
          {input('variable', say('value.name'))}
          <Select<string>
            size="small"
            aria-label={say('test.op')}
            value={text(test.op) || 'equals'}
            options={OPERATIONS.map((op) => ({ value: op, label: say(`op.${op}`) }))}
            onChange={(op) => set('op', op)}
          />
          {test.op !== 'is_set' && input('value', say('value.value'))}
        </>
      )
    default:
      return input('pattern', say('test.pattern'))
  }
}
