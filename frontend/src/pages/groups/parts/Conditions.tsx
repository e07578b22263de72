import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, Select } from 'antd'
import type { Condition } from '@/api/types'
import { groupWords } from '../locale'
import { FIELDS, needsValue, OPS, VARIABLE } from './rules'

type Path = (string | number)[]

/** Conditions that must all hold. name: of the list below the one that this stands in; path: of it in the whole form. */
export function Conditions({ name, path }: { name: Path; path: Path }) {
  const say = groupWords.useWords()
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <div style={{ display: 'grid', gap: 6 }}>
          {rows.length === 0 && <span className="quiet">{say('when.always')}</span>}
          {rows.map((row) => (
            <OneCondition key={row.key} name={row.name} path={[...path, row.name]} remove={() => remove(row.name)} />
          ))}
          <div>
            <Button size="small" type="link" icon={<PlusOutlined />} style={{ paddingInline: 0 }} onClick={() => add({ field: 'caller', op: 'equals', value: '' } satisfies Condition)}>
              {say('when.add')}
            </Button>
          </div>
        </div>
      )}
    </Form.List>
  )
}

function OneCondition({ name, path, remove }: { name: number; path: Path; remove: () => void }) {
  const say = groupWords.useWords()
  const op = Form.useWatch<Condition['op'] | undefined>([...path, 'op'])
  return (
    <div style={{ display: 'flex', gap: 6, alignItems: 'flex-start', flexWrap: 'wrap' }}>
      <Form.Item noStyle name={[name, 'field']}>
        <FieldOfCall />
      </Form.Item>
      <Form.Item noStyle name={[name, 'op']}>
        <Select aria-label={say('when.op')} style={{ width: 130 }} options={OPS.map((value) => ({ value, label: say(`op.${value}`) }))} />
      </Form.Item>
      <Form.Item name={[name, 'value']} hidden={!needsValue(op)} rules={needsValue(op) ? [{ required: true, whitespace: true, message: say('when.needs') }] : []} style={{ margin: 0 }}>
        <Input aria-label={say('when.value')} maxLength={500} style={{ width: 180 }} />
      </Form.Item>
      <Button type="text" icon={<CloseOutlined />} aria-label={say('when.remove')} onClick={remove} />
    </div>
  )
}

/** A field of the call; a variable is named beside it. */
function FieldOfCall({ value = 'caller', onChange }: { value?: string; onChange?: (value: string) => void }) {
  const say = groupWords.useWords()
  const isVariable = value.startsWith(VARIABLE)
  return (
    <>
      <Select
        aria-label={say('when.field')}
        style={{ width: 150 }}
        value={isVariable ? VARIABLE : value}
        options={[...FIELDS.map((one) => ({ value: one, label: say(`field.${one}`) })), { value: VARIABLE, label: say('field.var') }]}
        onChange={(chosen) => onChange?.(chosen === VARIABLE ? `${VARIABLE}name` : chosen)}
      />
      {isVariable && (
        <Input
          aria-label={say('when.variable')}
          style={{ width: 120 }}
          maxLength={40}
          value={value.slice(VARIABLE.length)}
          onChange={(event) => onChange?.(VARIABLE + event.target.value.toLowerCase().replace(/[^a-z0-9_]/g, ''))}
        />
      )}
    </>
  )
}
