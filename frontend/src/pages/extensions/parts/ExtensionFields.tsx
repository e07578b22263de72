import { Form, Input, Radio } from 'antd'
import { useMay } from '@/api/session'
import type { Extension } from '@/api/types'
import { Choose } from '@/parts/fields/Choose'
import { useFieldRules } from '@/parts/fields/rules'
import { extensionWords } from '../locale'
import { FollowMeSection } from './FollowMeSection'
import { SipPassword } from './SipPassword'

export const SIP = /^sips?:[^\s@]+@[^\s@]+$/

export function ExtensionFields({ extension }: { extension: Extension | null }) {
  const say = extensionWords.useWords()
  const rules = useFieldRules()
  const mayWrite = useMay('extensions.write')
  const kind = Form.useWatch<Extension['kind'] | undefined>('kind') ?? extension?.kind ?? 'browser'
  const username = Form.useWatch<string | null | undefined>('username') ?? null
  return (
    <>
      <Form.Item
        name="extension"
        label={say('extension')}
        rules={[rules.required(say('extension')), { pattern: /^\d{2,10}$/, message: say('extension.bad') }]}
      >
        <Input disabled={extension !== null} autoFocus={extension === null} inputMode="numeric" style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="kind" label={say('kind')} extra={say(`kind.${kind}.hint`)}>
        <Radio.Group
          optionType="button"
          options={(['browser', 'sip', 'outside', 'virtual'] as const).map((value) => ({ value, label: say(`kind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item
        name="username"
        label={say('username')}
        dependencies={['kind']}
        rules={[({ getFieldValue }) => ({ required: getFieldValue('kind') === 'browser', message: say('username.missing') })]}
      >
        <Choose kind="agent" allowClear placeholder={say('username.none')} />
      </Form.Item>
      {kind === 'sip' && (
        <Form.Item name="address" label={say('address.sip')} rules={[{ required: true, pattern: SIP, message: say('address.sip.bad') }]}>
          <Input maxLength={200} spellCheck={false} />
        </Form.Item>
      )}
      {kind === 'sip' && extension?.kind === 'sip' && mayWrite && <SipPassword extension={extension} />}
      {kind === 'outside' && (
        <Form.Item name="address" label={say('address.outside')} rules={[rules.required(say('address.outside')), rules.number]}>
          <Input maxLength={40} inputMode="tel" />
        </Form.Item>
      )}
      <Form.Item name="name" label={say('name')}>
        <Input maxLength={100} />
      </Form.Item>
      <FollowMeSection owner={{ kind, username }} />
    </>
  )
}
