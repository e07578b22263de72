import { Form, Input, Select, Switch } from 'antd'
import { Link } from 'react-router'
import { useMay } from '@/api/session'
import type { User } from '@/api/types'
import { Choose, ChooseMany } from '@/parts/fields/Choose'
import { useFieldRules } from '@/parts/fields/rules'
import { FormSection } from '@/parts/form/RecordForm'
import { userWords } from '../locale'
import { STRONG_PASSWORD, USERNAME } from './rules'

export function UserFields({ user }: { user: User | null }) {
  const say = userWords.useWords()
  const rules = useFieldRules()
  return (
    <>
      <FormSection title={say('section.account')}>
        <Form.Item
          name="username"
          label={say('username')}
          extra={user === null && say('username.hint')}
          rules={[rules.required(say('username')), { pattern: USERNAME, message: say('username.bad') }]}
        >
          <Input disabled={user !== null} spellCheck={false} autoComplete="off" autoFocus={user === null} />
        </Form.Item>
        <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        {user === null && (
          <Form.Item
            name="initial_password"
            label={say('password.initial')}
            extra={say('password.hint')}
            rules={[{ required: true, pattern: STRONG_PASSWORD, message: say('password.weak') }]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        )}
        <Form.Item name="roles" label={say('roles')} rules={[{ required: true, type: 'array', message: say('roles.missing') }]}>
          <ChooseMany kind="role" />
        </Form.Item>
        <Form.Item name="department_id" label={say('department')}>
          <Choose kind="department" allowClear placeholder={say('department.none')} />
        </Form.Item>
        {user !== null && <ExtensionLine extension={user.extension} />}
        <Form.Item name="disabled" valuePropName="checked" label={say('disabled.label')} extra={say('disabled.hint')}>
          <Switch />
        </Form.Item>
      </FormSection>
      <ContactSection />
    </>
  )
}

function ExtensionLine({ extension }: { extension: string | null }) {
  const say = userWords.useWords()
  const mayOpen = useMay('extensions.read')
  const address = extension ? `/extensions/${extension}` : '/extensions'
  return (
    <Form.Item label={say('extension')} extra={say('extension.hint')}>
      {mayOpen ? <Link to={address}>{extension || say('extension.none')}</Link> : extension || say('extension.none')}
    </Form.Item>
  )
}

function ContactSection() {
  const say = userWords.useWords()
  return (
    <FormSection title={say('section.contact')}>
      <Form.Item name="email" label={say('email')} rules={[{ type: 'email', message: say('email.bad') }]}>
        <Input maxLength={254} autoComplete="off" />
      </Form.Item>
      <Form.Item name="phone" label={say('phone')}>
        <Input maxLength={32} inputMode="tel" autoComplete="off" />
      </Form.Item>
      <Form.Item name="locale" label={say('language')}>
        <Select
          style={{ width: 200 }}
          options={(['zh-CN', 'en'] as const).map((value) => ({ value, label: say(`language.${value}`) }))}
        />
      </Form.Item>
    </FormSection>
  )
}
