import { Alert, Button, Checkbox, Form, Input, Modal, Segmented } from 'antd'
import type { PhoneKind } from '@/api/types'
import { session } from '@/api/session'
import { dialable } from '@/parts/numbers'
import { useAgentGroups } from '../api'
import { ready, signIn } from '../commands'
import { closeDialog, useDialog } from '../dialogs'
import { barWords } from '../locale'
import { useBusy, useCommand } from '../useCommand'
import { askForNotifications } from '../useRinging'

const STORED = 'zhiyin.sign_in'
const KINDS: readonly PhoneKind[] = ['browser', 'sip', 'outside']

interface Values {
  groups: string[]
  kind: PhoneKind
  address?: string
  nailed_up?: boolean
}

function remembered(): Partial<Values> {
  try {
    return JSON.parse(window.localStorage.getItem(STORED) ?? '{}') as Partial<Values>
  } catch {
    return {}
  }
}

/** Start of work: which groups, on which phone. Remembers the last choice. */
export function SignInDialog() {
  const say = barWords.useWords()
  const groups = useAgentGroups()
  return (
    <Modal open={useDialog('sign_in')} onCancel={closeDialog} title={say('sign_in.title')} footer={null} width={440} destroyOnHidden>
      {groups.data && <Choice groups={groups.data.items} />}
    </Modal>
  )
}

function Choice({ groups }: { groups: { group_id: string; name: string; level: number }[] }) {
  const say = barWords.useWords()
  const command = useCommand()
  const running = useBusy('sign_in')
  const [form] = Form.useForm<Values>()
  const kind = Form.useWatch('kind', form)
  const all = groups.map((group) => group.group_id)
  const last = remembered()
  const initial = { kind: last.kind ?? 'browser', address: last.address, nailed_up: last.nailed_up ?? false, groups: last.groups?.filter((id) => all.includes(id)) ?? all }

  const submit = async (andReady: boolean): Promise<void> => {
    const values = await form.validateFields()
    window.localStorage.setItem(STORED, JSON.stringify(values))
    askForNotifications()
    const address = values.kind === 'outside' ? (dialable(values.address ?? '') ?? undefined) : values.address
    const run = async (): Promise<void> => {
      await signIn(values.groups, values.kind, address, values.kind !== 'browser' && values.nailed_up)
      if (andReady) await ready()
    }
    if (await command('sign_in', say('do.sign_in'), run)) closeDialog()
  }

  return (
    <Form<Values> form={form} layout="vertical" initialValues={initial} onFinish={() => void submit(true)}>
      {groups.length === 0 ? (
        <Alert type="info" showIcon title={say('sign_in.none')} style={{ marginBottom: 16 }} />
      ) : (
        <Form.Item name="groups" label={say('sign_in.groups')}>
          <Checkbox.Group
            style={{ display: 'grid', gap: 6 }}
            options={groups.map((group) => ({ value: group.group_id, label: <GroupLabel {...group} /> }))}
          />
        </Form.Item>
      )}
      {groups.length > 3 && (
        <Button size="small" style={{ marginBottom: 12 }} onClick={() => form.setFieldsValue({ groups: all })}>
          {say('sign_in.all')}
        </Button>
      )}
      <Form.Item name="kind" label={say('sign_in.phone')}>
        <Segmented<PhoneKind> block options={KINDS.map((one) => ({ value: one, label: say(`sign_in.${one}`) }))} />
      </Form.Item>
      <Address kind={kind} />
      {(kind === 'sip' || kind === 'outside') && (
        <Form.Item name="nailed_up" valuePropName="checked" extra={say('sign_in.nailed_up_tip')}>
          <Checkbox>{say('sign_in.nailed_up')}</Checkbox>
        </Form.Item>
      )}
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button loading={running} onClick={() => void submit(false)}>
          {say('sign_in.submit')}
        </Button>
        <Button type="primary" htmlType="submit" loading={running} autoFocus data-sign-in-ready>
          {say('sign_in.submit_ready')}
        </Button>
      </div>
    </Form>
  )
}

function GroupLabel({ name, level }: { name: string; level: number }) {
  const say = barWords.useWords()
  return (
    <>
      {name} <span className="quiet">{say('sign_in.level', { level })}</span>
    </>
  )
}

function Address({ kind }: { kind: PhoneKind | undefined }) {
  const say = barWords.useWords()
  const extension = session((state) => state.user?.extension)
  if (kind === 'sip') {
    return (
      <Form.Item name="address" label={say('sign_in.extension')}>
        <Input placeholder={extension ?? ''} />
      </Form.Item>
    )
  }
  if (kind !== 'outside') return null
  const check = (_rule: unknown, value: string | undefined): Promise<void> =>
    dialable(value ?? '') === null ? Promise.reject(new Error(say('sign_in.number_bad'))) : Promise.resolve()
  return (
    <Form.Item name="address" label={say('sign_in.number')} rules={[{ validator: check }]}>
      <Input inputMode="tel" />
    </Form.Item>
  )
}
