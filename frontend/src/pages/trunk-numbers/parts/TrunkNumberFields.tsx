import { Alert, Form, Input, Switch } from 'antd'
import type { TrunkNumber } from '@/api/types'
import { Choose, ChooseMany } from '@/parts/fields/Choose'
import { RouteField, useRouteRule } from '@/parts/fields/RouteField'
import { useFieldRules } from '@/parts/fields/rules'
import { Seconds } from '@/parts/fields/Seconds'
import { FormSection } from '@/parts/form/RecordForm'
import { trunkWords } from '../locale'
import { destinationNotice } from './destination'
import { RulesSection } from './RulesSection'

export function TrunkNumberFields({ trunk }: { trunk: TrunkNumber | null }) {
  const say = trunkWords.useWords()
  const rules = useFieldRules()
  return (
    <>
      <FormSection title={say('section.number')}>
        <Form.Item
          name="number"
          label={say('number')}
          extra={trunk === null && say('number.hint')}
          rules={[rules.required(say('number')), rules.number]}
        >
          <Input disabled={trunk !== null} autoFocus={trunk === null} inputMode="tel" style={{ width: 280 }} />
        </Form.Item>
        <Form.Item name="name" label={say('name')} extra={say('name.hint')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="carrier" label={say('carrier')} extra={say('import.carrier.hint')} rules={[rules.required(say('carrier'))]}>
          <Input maxLength={64} style={{ width: 280 }} spellCheck={false} />
        </Form.Item>
      </FormSection>
      <InboundSection />
      <RulesSection />
      <FormSection title={say('section.out')}>
        <Form.Item name="outbound" valuePropName="checked" label={say('outbound.label')}>
          <Switch />
        </Form.Item>
        <Form.Item name="caller_id_pool" label={say('pool')} extra={say('pool.hint')}>
          <ChooseMany kind="trunk_number" />
        </Form.Item>
      </FormSection>
    </>
  )
}

function InboundSection() {
  const say = trunkWords.useWords()
  const routeRule = useRouteRule()
  const inbound = Form.useWatch<boolean | undefined>('inbound')
  const flow_id = Form.useWatch<string | null | undefined>('flow_id')
  const group_id = Form.useWatch<string | null | undefined>('group_id')
  const extension = Form.useWatch<string | null | undefined>('extension')
  const schedule_id = Form.useWatch<string | null | undefined>('schedule_id')
  const notice = destinationNotice({ inbound, flow_id, group_id, extension })
  return (
    <FormSection title={say('section.in')}>
      <Form.Item name="inbound" valuePropName="checked" label={say('inbound.label')}>
        <Switch />
      </Form.Item>
      <Form.Item name="flow_id" label={say('flow')}>
        <Choose kind="flow" allowClear placeholder={say('to.none')} />
      </Form.Item>
      <Form.Item name="group_id" label={say('group')}>
        <Choose kind="group" allowClear placeholder={say('to.none')} />
      </Form.Item>
      <Form.Item name="extension" label={say('extension')}>
        <Choose kind="extension" allowClear placeholder={say('to.none')} />
      </Form.Item>
      {notice && <Alert type={notice === 'to.missing' ? 'warning' : 'info'} showIcon title={say(notice)} style={{ marginBottom: 16 }} />}
      <Form.Item name="schedule_id" label={say('schedule')}>
        <Choose kind="schedule" allowClear placeholder={say('schedule.none')} />
      </Form.Item>
      <Form.Item name="closed_route" label={say('closed')} rules={[routeRule]} hidden={!schedule_id}>
        <RouteField none={say('closed.none')} />
      </Form.Item>
      <Form.Item name="concurrency_limit" label={say('limit')} extra={say('limit.hint')}>
        <Seconds min={1} unit={say('limit.unit')} />
      </Form.Item>
      <Form.Item name="record" valuePropName="checked" label={say('record')}>
        <Switch />
      </Form.Item>
    </FormSection>
  )
}
