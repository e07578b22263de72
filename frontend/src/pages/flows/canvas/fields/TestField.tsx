import { Input, InputNumber, Select } from 'antd'
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
  const choice = (name: string, label: string, options: readonly string[], words: 'test.list' | 'prompt') => (
    <Select<string>
      size="small"
      aria-label={label}
      value={text(test[name])}
      options={options.map((option) => ({ value: option, label: say(`${words}.${option}` as 'prompt.en') }))}
      onChange={(option) => set(name, option)}
    />
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
    case 'holiday':
      return <Choose kind="schedule" label={say('test.schedule')} placeholder={say('test.schedule.choose')} value={text(test.schedule_id)} onChange={(id) => set('schedule_id', id ?? '')} />
    case 'area':
      return (
        <div className="row">
          <Input size="small" style={{ width: 64 }} maxLength={2} value={text(test.country)} aria-label={say('test.country')} placeholder="CN" onChange={(event) => set('country', event.target.value.toUpperCase())} />
          {input('place', say('test.place'))}
        </div>
      )
    case 'grade':
      return <InputNumber size="small" min={0} max={9} precision={0} aria-label={say('test.at_least')} prefix={say('test.at_least')} value={typeof test.at_least === 'number' ? test.at_least : 1} onChange={(grade) => set('at_least', grade ?? 1)} />
    case 'screening':
      return choice('list', say('test.list'), ['black', 'white'], 'test.list')
    case 'language':
      return choice('language', say('test.language'), ['zh-CN', 'en'], 'prompt')
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
