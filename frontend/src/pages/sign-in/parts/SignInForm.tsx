import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { isCode } from '@/api/errors'
import { signIn } from '@/api/session'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { signInWords } from '../locale'

interface Values {
  username: string
  password: string
}

interface Props {
  /** The server wants a password of the user's own before it lets them in. */
  onNewPassword: (username: string, password: string) => void
  /** The one who was signed in, when the session ran out under the page. */
  username?: string
}

export function SignInForm({ onNewPassword, username }: Props) {
  const say = signInWords.useWords()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (values: Values): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await signIn(values.username.trim(), values.password)
    } catch (failure) {
      if (isCode(failure, 'new_password_required')) onNewPassword(values.username.trim(), values.password)
      else setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Form<Values>
      layout="vertical"
      size="large"
      requiredMark={false}
      initialValues={{ username }}
      onFinish={(values) => void submit(values)}
    >
      <h1>{say('heading')}</h1>
      <Form.Item name="username" label={say('username')} rules={[{ required: true, message: say('username.missing') }]}>
        <Input autoFocus={username === undefined} autoComplete="username" readOnly={username !== undefined} spellCheck={false} />
      </Form.Item>
      <Form.Item name="password" label={say('password')} rules={[{ required: true, message: say('password.missing') }]}>
        <Input.Password autoFocus={username !== undefined} autoComplete="current-password" />
      </Form.Item>
      {error !== null && <ErrorNotice error={error} />}
      <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
        {say('submit')}
      </Button>
    </Form>
  )
}
