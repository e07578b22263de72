import { KeyOutlined } from '@ant-design/icons'
import { App, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import type { User } from '@/api/types'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { resetPassword } from '../api'
import { userWords } from '../locale'
import { STRONG_PASSWORD } from './rules'

export function PasswordReset({ user }: { user: User }) {
  const say = userWords.useWords()
  const { message } = App.useApp()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async ({ password }: { password: string }): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      await resetPassword(user.username, password)
      void message.success(say('password.done'))
      setOpen(false)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button icon={<KeyOutlined />} onClick={() => setOpen(true)}>
        {say('password.reset')}
      </Button>
      <Modal
        open={open}
        title={say('password.reset_title', { name: user.name })}
        okText={say('password.reset')}
        cancelText={say('cancel')}
        okButtonProps={{ htmlType: 'submit', form: 'password-reset', loading: busy }}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <Form<{ password: string }> id="password-reset" layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
          <Form.Item
            name="password"
            label={say('password.new')}
            extra={say('password.hint')}
            rules={[{ required: true, pattern: STRONG_PASSWORD, message: say('password.weak') }]}
          >
            <Input.Password autoFocus autoComplete="new-password" />
          </Form.Item>
          {error !== null && <ErrorNotice error={error} />}
        </Form>
      </Modal>
    </>
  )
}
