import { Alert, Form, Input, Select, Switch } from 'antd'
import type { Rule } from 'antd/es/form'
import type { Group, Route } from '@/api/types'
import { Choose } from '@/parts/fields/Choose'
import { LabelField } from '@/parts/fields/LabelField'
import { PromptField } from '@/parts/fields/PromptField'
import { RouteField, useRouteRule } from '@/parts/fields/RouteField'
import { Seconds } from '@/parts/fields/Seconds'
import { FormSection } from '@/parts/form/RecordForm'
import { groupWords } from '../locale'
import { isHalf, needsRoute } from './rules'

const KEYS = Array.from('0123456789*#').map((key) => ({ value: key, label: key }))

/** A route that must be chosen once its limit is set. */
function usePairRule(limit: keyof Group, message: string): Rule {
  return ({ getFieldValue }) => ({
    validator: (_rule, route: Route | null) =>
      needsRoute(getFieldValue(limit) as number | string | null, route) ? Promise.reject(new Error(message)) : Promise.resolve(),
  })
}

/** What happens to calls while they wait. */
export function WaitingSection() {
  const say = groupWords.useWords()
  const routeRule = useRouteRule()
  const timeoutRule = usePairRule('max_wait_s', say('timeout.needs'))
  const overflowRule = usePairRule('max_waiting', say('overflow.needs'))
  const levelRule = usePairRule('service_level_min', say('service_level_route.needs'))
  const leaveRule = usePairRule('leave_key', say('leave.needs'))
  const halfRule: Rule = {
    warningOnly: true,
    validator: (_rule, text) => (isHalf(text as object) ? Promise.reject(new Error(say('text.half'))) : Promise.resolve()),
  }
  const position = Form.useWatch<boolean | undefined>('announce_position')
  const leaveKey = Form.useWatch<string | null | undefined>('leave_key')
  const advanced = Boolean(Form.useWatch<string | null | undefined>('queue_flow_id'))
  const callbackKey = Form.useWatch<string | null | undefined>('callback_key')
  const otherKey: Rule = ({ getFieldValue }) => ({
    validator: (_rule, key: string | null) =>
      key && key === getFieldValue('leave_key') ? Promise.reject(new Error(say('callback_key.same'))) : Promise.resolve(),
  })
  return (
    <FormSection title={say('section.waiting')}>
      <Form.Item name="queue_flow_id" label={say('queue_flow')} extra={say('queue_flow.hint')}>
        <Choose kind="flow" allowClear placeholder={say('queue_flow.none')} />
      </Form.Item>
      {advanced && <Alert type="info" showIcon title={say('queue_flow.instead')} style={{ marginBottom: 16 }} />}
      <div hidden={advanced}>
      <Form.Item name="greeting" label={say('greeting')} extra={say('greeting.hint')} rules={[halfRule]}>
        <LabelField rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="greeting_prompt_id" label={say('greeting_prompt')} extra={say('greeting_prompt.hint')}>
        <PromptField placeholder={say('prompt.none')} />
      </Form.Item>
      <Form.Item name="music_prompt_id" label={say('music_prompt')} extra={say('music_prompt.hint')}>
        <PromptField placeholder={say('prompt.none')} />
      </Form.Item>
      <Form.Item name="music_url" label={say('music')} extra={say('music.hint')} rules={[{ pattern: /^https?:\/\/\S+$/, message: say('music.bad') }]}>
        <Input maxLength={2000} spellCheck={false} inputMode="url" />
      </Form.Item>
      <Form.Item name="announce_position" label={say('position')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="announce_every_s" label={say('every')} hidden={!position}>
        <Seconds min={10} max={600} />
      </Form.Item>
      <Form.Item name="max_wait_s" label={say('max_wait')}>
        <Seconds min={1} placeholder={say('max_wait.none')} />
      </Form.Item>
      <Form.Item name="timeout_route" label={say('timeout')} dependencies={['max_wait_s']} rules={[routeRule, timeoutRule]}>
        <RouteField none={say('timeout.none')} />
      </Form.Item>
      <Form.Item name="max_waiting" label={say('max_waiting')}>
        <Seconds min={0} unit={say('max_waiting.unit')} placeholder={say('max_wait.none')} />
      </Form.Item>
      <Form.Item name="overflow_route" label={say('overflow')} dependencies={['max_waiting']} rules={[routeRule, overflowRule]}>
        <RouteField none={say('overflow.none')} />
      </Form.Item>
      <Form.Item name="service_level_min" label={say('service_level_min')} extra={say('service_level_min.hint')}>
        <Seconds min={1} max={100} unit="%" placeholder={say('max_wait.none')} />
      </Form.Item>
      <Form.Item name="service_level_route" label={say('service_level_route')} dependencies={['service_level_min']} rules={[routeRule, levelRule]}>
        <RouteField none={say('overflow.none')} />
      </Form.Item>
      <Form.Item name="empty_route" label={say('empty_route')} rules={[routeRule]}>
        <RouteField none={say('empty.none')} />
      </Form.Item>
      <Form.Item name="callback_key" label={say('callback_key')} extra={say('callback_key.hint')} dependencies={['leave_key']} rules={[otherKey]}>
        <Select allowClear style={{ width: 200 }} placeholder={say('callback_key.none')} options={KEYS} />
      </Form.Item>
      <Form.Item name="callback_tries" label={say('callback_tries')} hidden={!callbackKey}>
        <Seconds min={1} max={10} unit={say('times')} />
      </Form.Item>
      <Form.Item name="callback_retry_s" label={say('callback_retry_s')} hidden={!callbackKey}>
        <Seconds min={30} max={86400} />
      </Form.Item>
      <Form.Item name="leave_key" label={say('leave_key')}>
        <Select allowClear style={{ width: 200 }} placeholder={say('leave_key.none')} options={KEYS} />
      </Form.Item>
      <Form.Item name="leave_route" label={say('leave_route')} dependencies={['leave_key']} rules={[routeRule, leaveRule]} hidden={!leaveKey}>
        <RouteField none={say('leave.none')} />
      </Form.Item>
      </div>
    </FormSection>
  )
}
