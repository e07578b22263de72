import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, InputNumber } from 'antd'
import type { Customer } from '@/api/types'
import { inE164 } from '@/parts/numbers'
import { customerWords } from '../locale'

/** Numbers are stored in E.164 however they were typed; empty lines go. */
export function tidy(customer: Customer): Customer {
  const phones = customer.phones.map((typed) => inE164(typed) ?? typed.trim()).filter(Boolean)
  return { ...customer, phones: [...new Set(phones)] }
}

/** Name, phones, company, notes: the simple customer. */
export function CustomerFields() {
  const say = customerWords.useWords()
  return (
    <>
      <Form.Item name="name" label={say('name')} rules={[{ required: true, whitespace: true, message: say('name.missing') }]}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Phones />
      <Form.Item name="company" label={say('company')}>
        <Input maxLength={200} autoComplete="off" />
      </Form.Item>
      <Form.Item name="grade" label={say('grade')} extra={say('grade.hint')}>
        <InputNumber min={0} max={9} precision={0} />
      </Form.Item>
      <Form.Item name="notes" label={say('notes')}>
        <Input.TextArea rows={4} maxLength={2000} placeholder={say('notes.hint')} />
      </Form.Item>
    </>
  )
}

function Phones() {
  const say = customerWords.useWords()
  const check = (_rule: unknown, typed: string | undefined): Promise<void> => {
    if (!typed?.trim()) return Promise.reject(new Error(say('phones.missing')))
    return inE164(typed) === null ? Promise.reject(new Error(say('phones.bad'))) : Promise.resolve()
  }
  return (
    <Form.List name="phones">
      {(fields, { add, remove }) => (
        <Form.Item label={say('phones')} required>
          {fields.map((field) => (
            <div key={field.key} className="row" style={{ alignItems: 'flex-start' }}>
              <Form.Item name={field.name} className="grow" style={{ marginBottom: 8 }} rules={[{ validator: check }]}>
                <Input inputMode="tel" aria-label={say('phones')} autoComplete="off" />
              </Form.Item>
              {fields.length > 1 && (
                <Button type="text" icon={<MinusCircleOutlined />} aria-label={say('phones.remove')} onClick={() => remove(field.name)} />
              )}
            </div>
          ))}
          <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => add('')}>
            {say('phones.add')}
          </Button>
        </Form.Item>
      )}
    </Form.List>
  )
}
