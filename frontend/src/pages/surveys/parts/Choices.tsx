import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, InputNumber, Select } from 'antd'
import type { SurveyChoice } from '@/api/types'
import { surveyWords } from '../locale'
import { DIGITS, freeKey } from './survey'

const OPTIONS = DIGITS.map((key) => ({ value: key, label: key }))

/** The keys that answer a question: what each means, and what it counts. */
export function Choices({ row }: { row: number }) {
  const say = surveyWords.useWords()
  const form = Form.useFormInstance()
  const held = (): (SurveyChoice | undefined)[] => (form.getFieldValue(['questions', row, 'choices']) as SurveyChoice[] | undefined) ?? []
  return (
    <Form.Item label={say('keys')} extra={say('keys.hint')} required>
      <Form.List
        name={[row, 'choices']}
        rules={[{ validator: (_rule, choices: unknown[] | undefined) => (choices?.length ? Promise.resolve() : Promise.reject(new Error(say('key.needs')))) }]}
      >
        {(choices, { add, remove }, { errors }) => (
          <div style={{ display: 'grid', gap: 6 }}>
            {choices.map((choice) => (
              <div key={choice.key} style={{ display: 'grid', gridTemplateColumns: '72px 1fr 110px 32px', gap: 8, alignItems: 'start' }}>
                <Form.Item
                  name={[choice.name, 'key']}
                  style={{ margin: 0 }}
                  rules={[{ validator: (_rule, key: string) => (held().filter((one) => one?.key === key).length > 1 ? Promise.reject(new Error(say('key.taken'))) : Promise.resolve()) }]}
                >
                  <Select aria-label={say('key')} options={OPTIONS} />
                </Form.Item>
                <Form.Item name={[choice.name, 'label']} style={{ margin: 0 }}>
                  <Input aria-label={say('label')} placeholder={say('label')} maxLength={100} />
                </Form.Item>
                <Form.Item name={[choice.name, 'score']} style={{ margin: 0 }}>
                  <InputNumber aria-label={say('score')} placeholder={say('score')} min={0} max={100} precision={0} style={{ width: '100%' }} />
                </Form.Item>
                <Button type="text" icon={<CloseOutlined />} aria-label={say('key.remove', { key: held()[choice.name]?.key ?? '' })} onClick={() => remove(choice.name)} />
              </div>
            ))}
            <Form.ErrorList errors={errors} />
            <div>
              <Button
                size="small"
                type="link"
                icon={<PlusOutlined />}
                style={{ paddingInline: 0 }}
                disabled={choices.length >= DIGITS.length || undefined}
                onClick={() => add({ key: freeKey(held()), label: '', score: null })}
              >
                {say('key.add')}
              </Button>
            </div>
          </div>
        )}
      </Form.List>
    </Form.Item>
  )
}
