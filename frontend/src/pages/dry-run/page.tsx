import './dry-run.css'
import { useMutation } from '@tanstack/react-query'
import { Button, Checkbox, DatePicker, Form, Input, Radio, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import type { DryRunQuestion } from '@/api/types'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { Choose } from '@/parts/fields/Choose'
import { fieldWords } from '@/parts/fields/locale'
import { e164, useFieldRules } from '@/parts/fields/rules'
import { tryRouting } from './api'
import { dryRunWords } from './locale'
import { Way } from './parts/Way'
import { keysOf } from './parts/words'

const WITHHELD = 'anonymous'
const ZONES = ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Tokyo', 'Asia/Singapore', 'Europe/London', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Australia/Sydney', 'UTC']

interface Values {
  number: string
  caller: string
  withheld: boolean
  when: 'now' | 'local'
  local: Dayjs | null
  time_zone: string
  later: boolean
  keys: string
}

const FIRST = { withheld: false, when: 'now', local: null, time_zone: 'Asia/Shanghai', later: false, keys: '' }

const questionOf = (values: Values): DryRunQuestion => ({
  number: values.number,
  caller: values.withheld ? WITHHELD : e164(values.caller),
  at: null,
  local: values.when === 'local' && values.local ? values.local.format('YYYY-MM-DDTHH:mm') : null,
  time_zone: values.time_zone,
  later: values.later,
  keys: keysOf(values.keys),
})

/** A call that is not one: number, caller and time in, its way out. */
export function DryRunPage() {
  const say = dryRunWords.useWords()
  const run = useMutation({ mutationFn: tryRouting })
  return (
    <div className="dry-run">
      <section>
        <h1>{say('title')}</h1>
        <p className="quiet">{say('hint')}</p>
        <Question busy={run.isPending} onAsk={(question) => run.mutate(question)} />
      </section>
      {run.isError && <ErrorNotice error={run.error} />}
      {run.data && <Way found={run.data} later={run.variables.later} />}
      {run.isIdle && <EmptyState title={say('first')} hint={say('first.hint')} />}
    </div>
  )
}

function Question({ busy, onAsk }: { busy: boolean; onAsk: (question: DryRunQuestion) => void }) {
  const say = dryRunWords.useWords()
  const rules = useFieldRules()
  const [form] = Form.useForm<Values>()
  const withheld = Form.useWatch('withheld', form)
  const when = Form.useWatch('when', form)
  return (
    <Form<Values> form={form} layout="vertical" initialValues={FIRST} onFinish={(values) => onAsk(questionOf({ ...FIRST, ...values }))}>
      <Form.Item name="number" label={say('number')} rules={[rules.required(say('number'))]}>
        <Choose kind="trunk_number" />
      </Form.Item>
      {!withheld && (
        <Form.Item name="caller" label={say('caller')} extra={say('caller.hint')} rules={[rules.required(say('caller')), rules.number]} style={{ marginBottom: 8 }}>
          <Input inputMode="tel" maxLength={40} />
        </Form.Item>
      )}
      <Form.Item name="withheld" valuePropName="checked">
        <Checkbox>{say('withheld')}</Checkbox>
      </Form.Item>
      <Form.Item name="when" label={say('at')} style={{ marginBottom: 8 }}>
        <Radio.Group optionType="button" options={(['now', 'local'] as const).map((value) => ({ value, label: say(`at.${value}`) }))} />
      </Form.Item>
      {when === 'local' && <LocalTime />}
      <Form.Item name="keys" label={say('keys')} extra={say('keys.hint')} rules={[{ pattern: /^[0-9*#\s-]*$/, message: say('keys.hint') }]}>
        <Input maxLength={200} spellCheck={false} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {say('run')}
      </Button>
    </Form>
  )
}

function LocalTime() {
  const say = dryRunWords.useWords()
  const field = fieldWords.useWords()
  return (
    <>
      <div style={{ display: 'flex', gap: 12 }}>
        <Form.Item name="local" label={say('local')} rules={[{ required: true, message: field('required', { name: say('local') }) }]} style={{ marginBottom: 8 }}>
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" style={{ width: 190 }} />
        </Form.Item>
        <Form.Item name="time_zone" label={say('zone')} style={{ flex: 1, marginBottom: 8 }}>
          <Select showSearch options={ZONES.map((value) => ({ value, label: value }))} />
        </Form.Item>
      </div>
      <Form.Item name="later" valuePropName="checked">
        <Checkbox>{say('later')}</Checkbox>
      </Form.Item>
    </>
  )
}
