import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Card, Form, Input, InputNumber } from 'antd'
import type { Rule } from 'antd/es/form'
import type { SurveyPrompt, SurveyQuestion } from '@/api/types'
import { useFieldRules } from '@/parts/fields/rules'
import { surveyWords } from '../locale'
import { Choices } from './Choices'
import { addressesHold, PromptField } from './PromptField'
import { isSilent, nextQuestion } from './survey'

const MOST = 10

export function Questions() {
  const say = surveyWords.useWords()
  const form = Form.useFormInstance<{ questions: SurveyQuestion[] }>()
  return (
    <Form.List name="questions">
      {(rows, { add, remove, move }) => (
        <div style={{ display: 'grid', gap: 12 }}>
          {rows.map((row) => (
            <Card
              key={row.key}
              size="small"
              title={say('question', { number: row.name + 1 })}
              extra={
                <>
                  {row.name > 0 && <Button type="text" icon={<ArrowUpOutlined />} aria-label={say('question.up', { number: row.name + 1 })} onClick={() => move(row.name, row.name - 1)} />}
                  {rows.length > 1 && <Button type="text" danger icon={<DeleteOutlined />} aria-label={say('question.remove', { number: row.name + 1 })} onClick={() => remove(row.name)} />}
                </>
              }
            >
              <Question row={row.name} />
            </Card>
          ))}
          <div>
            <Button icon={<PlusOutlined />} disabled={rows.length >= MOST || undefined} onClick={() => add(nextQuestion(form.getFieldValue('questions') as SurveyQuestion[]))}>
              {say('question.add')}
            </Button>
          </div>
        </div>
      )}
    </Form.List>
  )
}

function Question({ row }: { row: number }) {
  const say = surveyWords.useWords()
  const rules = useFieldRules()
  const spoken: Rule = {
    validator: (_rule, prompt: SurveyPrompt) => {
      if (isSilent(prompt)) return Promise.reject(new Error(say('question.silent')))
      return addressesHold(prompt) ? Promise.resolve() : Promise.reject(new Error(say('recording.bad')))
    },
  }
  return (
    <>
      <Form.Item name={[row, 'question_id']} hidden>
        <Input />
      </Form.Item>
      <Form.Item name={[row, 'name']} label={say('question.name')} extra={say('question.name.hint')} rules={[rules.required(say('question.name'))]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name={[row, 'prompt']} label={say('question.text')} rules={[spoken]} required>
        <PromptField />
      </Form.Item>
      <Choices row={row} />
      <Form.Item name={[row, 'low']} label={say('low')} extra={say('low.hint')} style={{ marginBottom: 0 }}>
        <InputNumber min={0} max={100} precision={0} placeholder={say('low.none')} style={{ width: 120 }} />
      </Form.Item>
    </>
  )
}
