import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { signInWithNewPassword } from '@/api/session'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { signInWords } from '../locale'

const STRONG = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{12,}$/

interface Props {
  username: string
  /** The one that was just typed, and is to be replaced. */
  password: string
  back: () => void
}

export function NewPasswordForm({ username, password, back }: Props) {
  const say = signInWords.useWords()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const submit = async ({ chosen }: { chosen: string }): Promise<void> => {
    setBusy(true)
    setError(null)
    await signInWithNewPassword(username, password, chosen)
      .catch(setError)
      .finally(() => setBusy(false))
  }
  return (
    <Form<{ chosen: string; again: string }> layout="vertical" size="large" requiredMark={false} onFinish={(values) => void submit(values)}>
      <h1>{say('new.heading')}</h1>
      <p className="quiet">{say('new.why')}</p>
      <Form.Item name="chosen" label={say('new.password')} rules={[{ required: true, pattern: STRONG, message: say('new.short') }]}>
        <Input.Password autoFocus autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={say('new.again')}
        dependencies={['chosen']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_rule, value: unknown) =>
              value === getFieldValue('chosen') ? Promise.resolve() : Promise.reject(new Error(say('new.differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {error !== null && <ErrorNotice error={error} />}
      <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
        {say('new.submit')}
      </Button>
      <Button type="link" block onClick={back}>
        {say('new.back')}
      </Button>
    </Form>
  )
}
