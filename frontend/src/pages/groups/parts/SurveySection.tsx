import { Form, Select, Switch } from 'antd'
import type { Group } from '@/api/types'
import { Choose } from '@/parts/fields/Choose'
import { Seconds } from '@/parts/fields/Seconds'
import { FormSection } from '@/parts/form/RecordForm'
import { groupWords } from '../locale'

const ASKED = ['never', 'every', 'agent', 'share'] as const satisfies readonly Group['survey_asked'][]

/** What customers are asked after the conversation, and which of them. */
export function SurveySection() {
  const say = groupWords.useWords()
  const asked = Form.useWatch<Group['survey_asked'] | undefined>('survey_asked')
  return (
    <FormSection title={say('section.survey')} hint={say('survey.hint')}>
      <Form.Item name="survey_asked" label={say('survey_asked')}>
        <Select style={{ width: 320 }} options={ASKED.map((value) => ({ value, label: say(`survey_asked.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="survey_id"
        label={say('survey')}
        hidden={asked === undefined || asked === 'never'}
        dependencies={['survey_asked']}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_rule, id: string | null) =>
              getFieldValue('survey_asked') === 'never' || id ? Promise.resolve() : Promise.reject(new Error(say('survey.needs'))),
          }),
        ]}
      >
        <Choose kind="survey" allowClear placeholder={say('survey.needs')} />
      </Form.Item>
      <Form.Item name="survey_share" label={say('survey_share')} hidden={asked !== 'share'}>
        <Seconds min={1} max={100} unit="%" />
      </Form.Item>
      <Form.Item name="survey_outbound" label={say('survey_outbound')} valuePropName="checked" hidden={asked === undefined || asked === 'never'}>
        <Switch />
      </Form.Item>
    </FormSection>
  )
}
