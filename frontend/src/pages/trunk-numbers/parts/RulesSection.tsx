import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, Button, Card, Form, Input, Select } from 'antd'
import type { RoutingRule, RuleWarning } from '@/api/types'
import { Conditions } from '@/parts/conditions/Conditions'
import { RouteField, useRouteRule } from '@/parts/fields/RouteField'
import { FormSection } from '@/parts/form/RecordForm'
import { trunkWords } from '../locale'
import { BLANK_RULE, HOURS, RULE_LIMIT } from './routing'
import { useRuleWarnings } from './useRuleWarnings'

/** The rules of a number in their order: the first that holds says where a call goes. */
export function RulesSection() {
  const say = trunkWords.useWords()
  const rules = Form.useWatch<RoutingRule[] | undefined>('rules')
  const warnings = useRuleWarnings(rules)
  return (
    <FormSection title={say('section.rules')} hint={say('rules.hint')}>
      <Form.List name="rules">
        {(rows, { add, remove, move }) => (
          <div style={{ display: 'grid', gap: 10 }}>
            {rows.map((row) => (
              <Card
                key={row.key}
                size="small"
                title={say('rule.title', { number: row.name + 1 })}
                extra={<Moves place={row.name} last={rows.length - 1} move={move} remove={remove} />}
              >
                <RuleFields row={row.name} />
                {warnings.filter((one) => one.rule === row.name + 1).map((one) => <Warning key={one.code} warning={one} />)}
              </Card>
            ))}
            <div>
              <Button icon={<PlusOutlined />} disabled={rows.length >= RULE_LIMIT} onClick={() => add(BLANK_RULE)}>
                {say('rule.add')}
              </Button>
            </div>
          </div>
        )}
      </Form.List>
    </FormSection>
  )
}

function Warning({ warning }: { warning: RuleWarning }) {
  const say = trunkWords.useWords()
  const text = warning.by === null ? say('rule.never') : say('rule.shadowed', { by: warning.by })
  return <Alert type="warning" showIcon role="status" title={text} style={{ marginTop: 8 }} />
}

interface MovesProps {
  place: number
  last: number
  move: (from: number, to: number) => void
  remove: (place: number) => void
}

function Moves({ place, last, move, remove }: MovesProps) {
  const say = trunkWords.useWords()
  const number = place + 1
  return (
    <>
      <Button type="text" icon={<ArrowUpOutlined />} disabled={place === 0} aria-label={say('rule.up', { number })} onClick={() => move(place, place - 1)} />
      <Button type="text" icon={<ArrowDownOutlined />} disabled={place === last} aria-label={say('rule.down', { number })} onClick={() => move(place, place + 1)} />
      <Button type="text" danger icon={<DeleteOutlined />} aria-label={say('rule.remove', { number })} onClick={() => remove(place)} />
    </>
  )
}

function RuleFields({ row }: { row: number }) {
  const say = trunkWords.useWords()
  const routeRule = useRouteRule()
  const schedule_id = Form.useWatch<string | null | undefined>('schedule_id')
  return (
    <>
      <div style={{ display: 'flex', gap: 12 }}>
        <Form.Item name={[row, 'name']} label={say('rule.name')} style={{ flex: 1, marginBottom: 8 }}>
          <Input maxLength={100} placeholder={say('rule.name.hint')} />
        </Form.Item>
        <Form.Item name={[row, 'hours']} label={say('rule.hours')} hidden={!schedule_id} style={{ marginBottom: 8 }}>
          <Select style={{ width: 180 }} options={HOURS.map((value) => ({ value, label: say(`rule.hours.${value}`) }))} />
        </Form.Item>
      </div>
      <Form.Item label={say('rule.when')} style={{ marginBottom: 8 }}>
        <Conditions name={[row, 'when']} />
      </Form.Item>
      <Form.Item name={[row, 'route']} label={say('rule.route')} rules={[{ required: true, message: say('rule.route.missing') }, routeRule]} style={{ marginBottom: 0 }}>
        <RouteField />
      </Form.Item>
    </>
  )
}
