import { PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { Choose } from '@/parts/fields/Choose'
import { Moment } from '@/parts/fields/Moment'
import { e164, useFieldRules } from '@/parts/fields/rules'
import { book, type Booking } from '../api'
import { callbackWords } from '../locale'
import { useAct } from './useAct'

const NOTE_LENGTH = 500

/** The list's main action: somebody is to be called back, at once or at an hour. */
export function Book() {
  const say = callbackWords.useWords()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsking(true)}>
        {say('book')}
      </Button>
      {asking && <Asking close={() => setAsking(false)} />}
    </>
  )
}

function Asking({ close }: { close: () => void }) {
  const say = callbackWords.useWords()
  const rules = useFieldRules()
  const [form] = Form.useForm<Booking>()
  const [busy, setBusy] = useState(false)
  const act = useAct()
  const send = async (given: Booking): Promise<void> => {
    setBusy(true)
    const done = await act(() => book({ ...given, number: e164(given.number), note: given.note.trim() }), say('book.done'))
    setBusy(false)
    if (done) close()
  }
  return (
    <Modal open title={say('book')} okText={say('book')} cancelText={say('close')} confirmLoading={busy} onOk={() => form.submit()} onCancel={close} width={480}>
      <Form form={form} layout="vertical" initialValues={{ number: '', group_id: null, at: null, note: '' }} onFinish={(given) => void send(given)}>
        <Form.Item name="number" label={say('book.number')} rules={[rules.required(say('book.number')), rules.number]}>
          <Input autoFocus inputMode="tel" maxLength={40} spellCheck={false} />
        </Form.Item>
        <Form.Item name="group_id" label={say('book.group')} rules={[rules.required(say('book.group'))]}>
          <Choose kind="group" />
        </Form.Item>
        <Form.Item name="at" label={say('book.at')} extra={say('book.at.hint')}>
          <Moment placeholder={say('book.at.now')} />
        </Form.Item>
        <Form.Item name="note" label={say('book.note')}>
          <Input.TextArea maxLength={NOTE_LENGTH} autoSize={{ minRows: 2, maxRows: 5 }} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
