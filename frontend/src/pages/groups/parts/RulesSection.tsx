import { CloseOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Form, Input, InputNumber } from 'antd'
import type { PriorityRule, SkillRule } from '@/api/types'
import { Conditions } from '@/parts/conditions/Conditions'
import { Choose } from '@/parts/fields/Choose'
import { Seconds } from '@/parts/fields/Seconds'
import { FormSection } from '@/parts/form/RecordForm'
import { groupWords } from '../locale'

const FIRST_SKILL = { skill: '', when: [], steps: [{ level: 4, for_s: 30 }] } satisfies SkillRule
const FIRST_PRIORITY = { when: [], points: 10 } satisfies PriorityRule

/** Which agents calls require, and how urgent they are. */
export function RulesSection() {
  const say = groupWords.useWords()
  return (
    <FormSection title={say('section.skills')}>
      <Rules name="skill_rules" blank={FIRST_SKILL}>
        {(row) => <SkillRuleFields row={row} />}
      </Rules>
      <Rules name="priority_rules" blank={FIRST_PRIORITY}>
        {(row) => (
          <>
            <Conditions name={[row, 'when']} />
            <Form.Item name={[row, 'points']} label={say('points')} rules={[{ required: true, message: say('when.needs') }]} style={{ margin: '8px 0 0' }}>
              <InputNumber min={-100} max={100} />
            </Form.Item>
          </>
        )}
      </Rules>
      <Form.Item name="priority_formula" label={say('priority_formula')} extra={say('priority_formula.hint')}>
        <Input maxLength={1000} spellCheck={false} />
      </Form.Item>
    </FormSection>
  )
}

interface RulesProps {
  name: 'skill_rules' | 'priority_rules'
  blank: SkillRule | PriorityRule
  children: (row: number) => React.ReactNode
}

function Rules({ name, blank, children }: RulesProps) {
  const say = groupWords.useWords()
  return (
    <Form.Item label={say(name)} extra={say(`${name}.hint`)}>
      <Form.List name={name}>
        {(rows, { add, remove }) => (
          <div style={{ display: 'grid', gap: 8 }}>
            {rows.map((row) => (
              <Card
                key={row.key}
                size="small"
                title={row.name + 1}
                extra={<Button type="text" danger icon={<DeleteOutlined />} aria-label={say('remove_rule', { number: row.name + 1 })} onClick={() => remove(row.name)} />}
              >
                {children(row.name)}
              </Card>
            ))}
            <div>
              <Button icon={<PlusOutlined />} onClick={() => add(blank)}>
                {say(`${name}.add`)}
              </Button>
            </div>
          </div>
        )}
      </Form.List>
    </Form.Item>
  )
}

function SkillRuleFields({ row }: { row: number }) {
  const say = groupWords.useWords()
  return (
    <>
      <Conditions name={[row, 'when']} />
      <Form.Item name={[row, 'skill']} label={say('skill')} rules={[{ required: true, message: say('skill.needs') }]} style={{ margin: '8px 0' }}>
        <Choose kind="skill" width={280} />
      </Form.Item>
      <Form.List name={[row, 'steps']}>
        {(steps, { add, remove }) => (
          <div style={{ display: 'grid', gap: 6 }}>
            {steps.map((step) => (
              <div key={step.key} style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
                <span>{say('level')}</span>
                <Form.Item noStyle name={[step.name, 'level']} rules={[{ required: true, message: say('when.needs') }]}>
                  <InputNumber aria-label={say('level')} min={1} max={9} style={{ width: 70 }} />
                </Form.Item>
                <span>{say('for_s')}</span>
                <Form.Item noStyle name={[step.name, 'for_s']}>
                  <Seconds min={1} max={3600} label={say('for_s')} placeholder={say('for_s.ever')} />
                </Form.Item>
                {steps.length > 1 && <Button type="text" icon={<CloseOutlined />} aria-label={say('remove_step')} onClick={() => remove(step.name)} />}
              </div>
            ))}
            <div>
              <Button size="small" type="link" icon={<PlusOutlined />} style={{ paddingInline: 0 }} disabled={steps.length >= 9} onClick={() => add({ level: 3, for_s: 30 })}>
                {say('step.add')}
              </Button>
            </div>
          </div>
        )}
      </Form.List>
    </>
  )
}
