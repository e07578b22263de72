import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, Select } from 'antd'
import type { Condition } from '@/api/types'
import { Choose } from '../fields/Choose'
import { isHalf, isNamed, kindOf, KINDS, nameIn, needsValue, opsOf, STATES, withKind, type FieldKind } from './fields'
import { conditionWords } from './locale'
import { PlaceField } from './PlaceField'

type Path = (string | number)[]

/** Conditions that must all hold. name: of the list below the one that this stands in. */
export function Conditions({ name }: { name: Path }) {
  const say = conditionWords.useWords()
  const whole = { validator: (_rule: unknown, one?: Condition) => (isHalf(one) ? Promise.reject(new Error(say('needs'))) : Promise.resolve()) }
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <div style={{ display: 'grid', gap: 6 }}>
          {rows.length === 0 && <span className="quiet">{say('always')}</span>}
          {rows.map((row) => (
            <div key={row.key} style={{ display: 'flex', gap: 6, alignItems: 'flex-start' }}>
              <Form.Item name={row.name} rules={[whole]} validateTrigger="onSubmit" style={{ margin: 0, flex: 1 }}>
                <OneCondition />
              </Form.Item>
              <Button type="text" icon={<CloseOutlined />} aria-label={say('remove')} onClick={() => remove(row.name)} />
            </div>
          ))}
          <div>
            <Button size="small" type="link" icon={<PlusOutlined />} style={{ paddingInline: 0 }} onClick={() => add(withKind('caller'))}>
              {say('add')}
            </Button>
          </div>
        </div>
      )}
    </Form.List>
  )
}

interface OneProps {
  value?: Condition
  onChange?: (condition: Condition) => void
  disabled?: boolean
}

function OneCondition({ value = withKind('caller'), onChange, disabled }: OneProps) {
  const say = conditionWords.useWords()
  const kind = kindOf(value.field)
  const change = (part: Partial<Condition>): void => onChange?.({ ...value, ...part })
  const opName = (op: Condition['op']): string => (kind === 'list' && (op === 'is_set' || op === 'not_set') ? say(`list.${op}`) : say(`op.${op}`))
  return (
    <div style={{ display: 'flex', gap: 6, flexWrap: 'wrap' }}>
      <Select<FieldKind>
        aria-label={say('field')}
        style={{ width: 170 }}
        disabled={disabled}
        value={kind}
        options={KINDS.map((one) => ({ value: one, label: say(`field.${one}`) }))}
        onChange={(chosen) => onChange?.(withKind(chosen))}
      />
      {isNamed(kind) && <NameField kind={kind} name={nameIn(value.field)} disabled={disabled} onChange={(name) => change({ field: `${kind}.${name}` })} />}
      <Select
        aria-label={say('op')}
        style={{ width: 120 }}
        disabled={disabled}
        value={value.op}
        options={opsOf(value).map((op) => ({ value: op, label: opName(op) }))}
        onChange={(op) => change({ op })}
      />
      {needsValue(value.op) && <ValueField kind={kind} condition={value} disabled={disabled} onChange={(next) => change({ value: next })} />}
    </div>
  )
}

interface NameProps {
  kind: FieldKind
  name: string
  disabled?: boolean
  onChange: (name: string) => void
}

/** Which list, schedule or variable. */
function NameField({ kind, name, disabled, onChange }: NameProps) {
  const say = conditionWords.useWords()
  if (kind === 'list') return <Choose kind="number_list" width={200} disabled={disabled} label={say('list.choose')} placeholder={say('list.choose')} value={name} onChange={(id) => onChange(id ?? '')} />
  if (kind === 'schedule') return <Choose kind="schedule" width={200} disabled={disabled} label={say('schedule.choose')} placeholder={say('schedule.choose')} value={name} onChange={(id) => onChange(id ?? '')} />
  return (
    <Input
      aria-label={say('variable')}
      placeholder={say('variable')}
      style={{ width: 120 }}
      maxLength={40}
      disabled={disabled}
      value={name}
      onChange={(event) => onChange(event.target.value.toLowerCase().replace(/[^a-z0-9_]/g, ''))}
    />
  )
}

interface ValueProps {
  kind: FieldKind
  condition: Condition
  disabled?: boolean
  onChange: (value: string) => void
}

function ValueField({ kind, condition, disabled, onChange }: ValueProps) {
  const say = conditionWords.useWords()
  if (kind === 'place') return <PlaceField value={condition.value} disabled={disabled} onChange={onChange} />
  if (kind === 'schedule') {
    return (
      <Select
        aria-label={say('value')}
        style={{ width: 140 }}
        disabled={disabled}
        value={condition.value}
        options={STATES.map((one) => ({ value: one, label: say(`schedule.${one}`) }))}
        onChange={onChange}
      />
    )
  }
  const hint = condition.op === 'matches' ? say('matches.hint') : undefined
  return <Input aria-label={say('value')} maxLength={500} style={{ width: hint ? 330 : 180 }} placeholder={hint} disabled={disabled} value={condition.value} onChange={(event) => onChange(event.target.value)} />
}
