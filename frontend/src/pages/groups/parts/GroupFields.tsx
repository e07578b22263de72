import { Form, Input, InputNumber, Radio, Select, Switch } from 'antd'
import type { Group } from '@/api/types'
import { Choose } from '@/parts/fields/Choose'
import { LabelField } from '@/parts/fields/LabelField'
import { RouteField, useRouteRule } from '@/parts/fields/RouteField'
import { useFieldRules } from '@/parts/fields/rules'
import { Seconds } from '@/parts/fields/Seconds'
import { FormSection } from '@/parts/form/RecordForm'
import { groupWords } from '../locale'
import { isHalf } from './rules'
import { RulesSection } from './RulesSection'
import { SurveySection } from './SurveySection'
import { WaitingSection } from './WaitingSection'

export function GroupFields({ group }: { group: Group | null }) {
  const say = groupWords.useWords()
  return (
    <>
      <BasicSection group={group} />
      <DistributionSection />
      <RulesSection />
      <WaitingSection />
      <TalkSection />
      <SurveySection />
      <FormSection title={say('section.voicemail')}>
        <Form.Item
          name="voicemail_greeting"
          label={say('voicemail')}
          rules={[{ warningOnly: true, validator: (_rule, text) => (isHalf(text as object) ? Promise.reject(new Error(say('text.half'))) : Promise.resolve()) }]}
        >
          <LabelField rows={2} maxLength={500} />
        </Form.Item>
      </FormSection>
    </>
  )
}

function BasicSection({ group }: { group: Group | null }) {
  const say = groupWords.useWords()
  const rules = useFieldRules()
  const routeRule = useRouteRule()
  const schedule_id = Form.useWatch<string | null | undefined>('schedule_id')
  return (
    <FormSection title={say('section.basic')}>
      <Form.Item
        name="group_id"
        label={say('id')}
        extra={group === null && say('id.hint')}
        rules={[rules.required(say('id')), { pattern: /^[A-Za-z0-9_-]{1,32}$/, message: say('id.bad') }]}
      >
        <Input disabled={group !== null} autoFocus={group === null} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="extension" label={say('extension')} extra={say('extension.hint')} rules={[{ pattern: /^\d{2,10}$/, message: say('extension.bad') }]}>
        <Input inputMode="numeric" maxLength={10} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="department_id" label={say('department')}>
        <Choose kind="department" allowClear placeholder={say('department.none')} />
      </Form.Item>
      <Form.Item name="schedule_id" label={say('schedule')}>
        <Choose kind="schedule" allowClear placeholder={say('schedule.none')} />
      </Form.Item>
      <Form.Item name="closed_route" label={say('closed')} rules={[routeRule]} hidden={!schedule_id}>
        <RouteField none={say('closed.none')} />
      </Form.Item>
    </FormSection>
  )
}

const METHODS = [
  'longest_idle',
  'level_longest_idle',
  'round_robin',
  'fewest_calls',
  'least_talk',
  'weighted',
  'linear',
  'random',
  'ring_all',
  'own',
] as const satisfies readonly Group['method'][]

const MEMORIES = ['none', 'last_agent', 'owner'] as const satisfies readonly Group['memory'][]

function DistributionSection() {
  const say = groupWords.useWords()
  const method = Form.useWatch<Group['method'] | undefined>('method')
  const memory = Form.useWatch<Group['memory'] | undefined>('memory')
  return (
    <FormSection title={say('section.distribution')}>
      <Form.Item name="method" label={say('method')}>
        <Radio.Group>
          {METHODS.map((method) => (
            <Radio key={method} value={method} style={{ display: 'flex', marginBottom: 4 }}>
              {say(`method.${method}`)} <span className="quiet">{say(`method.${method}.hint`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <Form.Item
        name="own_rule"
        label={say('own_rule')}
        extra={say('own_rule.hint')}
        hidden={method !== 'own'}
        rules={method === 'own' ? [{ required: true, whitespace: true, message: say('own_rule.needs') }] : []}
      >
        <Input.TextArea rows={2} maxLength={1000} spellCheck={false} />
      </Form.Item>
      <Form.Item name="memory" label={say('memory')}>
        <Select style={{ width: 320 }} options={MEMORIES.map((value) => ({ value, label: say(`memory.${value}`) }))} />
      </Form.Item>
      <Form.Item name="memory_s" label={say('memory_s')} extra={say('memory_s.hint')} hidden={!memory || memory === 'none'}>
        <Seconds min={1} max={600} />
      </Form.Item>
      <Form.Item name="memory_days" label={say('memory_days')} hidden={memory !== 'last_agent'}>
        <Seconds min={1} max={365} unit={say('days')} />
      </Form.Item>
      <Form.Item name="ring_s" label={say('ring')} extra={say('ring.hint')} required>
        <Seconds min={5} max={120} />
      </Form.Item>
      <Form.Item name="ageing_rate" label={say('ageing')} extra={say('ageing.hint')}>
        <InputNumber<number> min={0} max={100} step={0.5} style={{ width: 200 }} suffix={say('ageing.unit')} />
      </Form.Item>
    </FormSection>
  )
}

const RECORDING_CONTROLS = ['none', 'pause', 'manual'] as const satisfies readonly Group['recording_control'][]
/** A select holds words; the policy is yes, no, or null for the organisation's. */
const LISTENING = ['usual', 'yes', 'no'] as const
const choiceOf = (shown: boolean | null | undefined) => ({ value: shown == null ? 'usual' : shown ? 'yes' : 'no' })
const listeningOf = (choice: (typeof LISTENING)[number]): boolean | null => (choice === 'usual' ? null : choice === 'yes')

function TalkSection() {
  const say = groupWords.useWords()
  const control = Form.useWatch('recording_control') as Group['recording_control'] | undefined
  return (
    <FormSection title={say('section.talk')}>
      <Form.Item name="announce_agent" label={say('announce_agent')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="record" label={say('record')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="recording_control" label={say('recording_control')}>
        <Select style={{ width: 320 }} options={RECORDING_CONTROLS.map((value) => ({ value, label: say(`recording_control.${value}`) }))} />
      </Form.Item>
      <Form.Item name="recording_pause_s" label={say('recording_pause')} extra={say('recording_pause.hint')} hidden={control === undefined || control === 'none'}>
        <Seconds min={10} max={900} />
      </Form.Item>
      <Form.Item name="show_listening" label={say('show_listening')} extra={say('show_listening.hint')} getValueProps={choiceOf} normalize={listeningOf}>
        <Select style={{ width: 320 }} options={LISTENING.map((value) => ({ value, label: say(`show_listening.${value}`) }))} />
      </Form.Item>
      <Form.Item name="wrap_up_s" label={say('wrap_up')} extra={say('wrap_up.hint')}>
        <Seconds max={3600} />
      </Form.Item>
      <Form.Item
        name="wrap_up_limit_s"
        label={say('wrap_up_limit')}
        dependencies={['wrap_up_s']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_rule, limit: number) =>
              limit < Number(getFieldValue('wrap_up_s')) ? Promise.reject(new Error(say('wrap_up_limit.bad'))) : Promise.resolve(),
          }),
        ]}
      >
        <Seconds max={7200} />
      </Form.Item>
      <Form.Item name="service_level_s" label={say('service_level')} extra={say('service_level.hint')}>
        <Seconds min={1} max={3600} />
      </Form.Item>
    </FormSection>
  )
}
