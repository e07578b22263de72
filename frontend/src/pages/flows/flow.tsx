import './flows.css'
import { Form, Input } from 'antd'
import { useParams } from 'react-router'
import { useFieldRules } from '@/parts/fields/rules'
import { RecordPage } from '@/parts/record/RecordPage'
import { flowTexts, pretty, type FlowText } from './api'
import { flowWords } from './locale'
import { checker } from './parts/check'
import { DocumentField } from './parts/DocumentField'
import { FIRST_DOCUMENT } from './parts/document'
import { PublishBar } from './parts/PublishBar'
import { useSchema } from './parts/useFlowProblems'

const BLANK: Partial<FlowText> = { flow_id: '', name: '', text: pretty(FIRST_DOCUMENT), published_version: null }

function Editor({ id }: { id: string | null }) {
  const say = flowWords.useWords()
  return (
    <div className="flow-columns">
      <RecordPage<FlowText>
        records={flowTexts}
        id={id}
        newTitle={say('new')}
        title={(flow) => flow.name}
        initial={BLANK}
        writePermission="flows.write"
        follows={() => say('follows')}
        names={{ name: say('name'), text: say('draft.label') }}
        above={(flow) => flow && <PublishBar flow={flow} />}
        fields={(flow) => <Fields flow={flow} />}
      />
    </div>
  )
}

function Fields({ flow }: { flow: FlowText | null }) {
  const say = flowWords.useWords()
  const rules = useFieldRules()
  const schema = useSchema()
  return (
    <>
      <Form.Item name="name" layout="horizontal" label={say('name')} rules={[rules.required(say('name'))]} style={{ maxWidth: 480 }}>
        <Input maxLength={100} autoFocus={flow === null} />
      </Form.Item>
      <Form.Item
        name="text"
        // On saving alone: the problems beside the document follow what is typed.
        validateTrigger="onSubmit"
        rules={[
          {
            validator: (_rule, text: string, done) => {
              // The name has a field of its own and is put into the document on saving.
              const wrong = checker(schema.data)(text).some((one) => one.severity === 'error')
              done(wrong ? say('draft.bad') : undefined)
            },
          },
        ]}
      >
        <DocumentField flow={flow} />
      </Form.Item>
    </>
  )
}

export const NewFlowPage = () => <Editor id={null} />

export function FlowPage() {
  const { flow_id = '' } = useParams()
  return <Editor id={flow_id} />
}
