import { PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { surveyRecords } from '@/api/records'
import { useMay } from '@/api/session'
import type { Survey } from '@/api/types'
import { useFieldRules } from '@/parts/fields/rules'
import { Seconds } from '@/parts/fields/Seconds'
import { FormSection } from '@/parts/form/RecordForm'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { ListQuery } from '@/parts/list/types'
import { RecordPage } from '@/parts/record/RecordPage'
import { surveyWords } from './locale'
import { Preview } from './parts/Preview'
import { PromptField } from './parts/PromptField'
import { Questions } from './parts/Questions'
import { firstQuestion, NO_WORDS, THANKS, tidySurvey } from './parts/survey'

const loadSurveys = async (query: ListQuery) => localPage(await surveyRecords.all(), query, (survey) => [survey.name])

export function SurveysPage() {
  const say = surveyWords.useWords()
  const navigate = useNavigate()
  const create = useMay('surveys.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/surveys/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<Survey>
      id={surveyRecords.key}
      title={say('title')}
      load={loadSurveys}
      rowKey={(survey) => survey.survey_id}
      search={say('search')}
      columns={[
        { key: 'name', title: say('name'), render: (survey) => survey.name },
        { key: 'questions', title: say('questions'), render: (survey) => survey.questions.map((question) => question.name).join(' · ') },
        { key: 'version', title: say('version'), align: 'right', render: (survey) => survey.version },
      ]}
      onOpen={(survey) => void navigate(`/surveys/${encodeURIComponent(survey.survey_id)}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

function Editor({ id }: { id: string | null }) {
  const say = surveyWords.useWords()
  const thanks = { ...NO_WORDS, texts: THANKS }
  return (
    <RecordPage<Survey>
      records={surveyRecords}
      id={id}
      newTitle={say('new')}
      title={(survey) => survey.name}
      initial={{ survey_id: '', name: '', intro: NO_WORDS, questions: [firstQuestion(say)], thanks, answer_s: 6 }}
      writePermission="surveys.write"
      follows={() => say('follows')}
      names={{ name: say('name'), intro: say('intro'), questions: say('questions'), thanks: say('thanks'), answer_s: say('answer_s') }}
      tidy={tidySurvey}
      fields={() => <Fields />}
    />
  )
}

function Fields() {
  const say = surveyWords.useWords()
  const rules = useFieldRules()
  return (
    <>
      <Form.Item name="survey_id" hidden>
        <Input />
      </Form.Item>
      <FormSection title={say('section.basic')}>
        <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]}>
          <Input maxLength={100} autoFocus />
        </Form.Item>
        <Form.Item name="intro" label={say('intro')}>
          <PromptField />
        </Form.Item>
        <Form.Item name="thanks" label={say('thanks')}>
          <PromptField />
        </Form.Item>
        <Form.Item name="answer_s" label={say('answer_s')} extra={say('answer_s.hint')} required>
          <Seconds min={2} max={30} />
        </Form.Item>
      </FormSection>
      <FormSection title={say('section.questions')} hint={say('section.questions.hint')}>
        <Questions />
      </FormSection>
      <FormSection title={say('section.preview')} hint={say('section.preview.hint')}>
        <Preview />
      </FormSection>
    </>
  )
}

export const NewSurveyPage = () => <Editor id={null} />

export function SurveyPage() {
  const { survey_id = '' } = useParams()
  return <Editor id={survey_id} />
}
