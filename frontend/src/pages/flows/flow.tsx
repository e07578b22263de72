import './flows.css'
import { Form, Input } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import type { FlowProblem } from '@/api/types'
import { useFieldRules } from '@/parts/fields/rules'
import { RecordPage } from '@/parts/record/RecordPage'
import { flowTexts, pretty, type FlowText } from './api'
import { flowWords } from './locale'
import { checker } from './parts/check'
import { DocumentField, useSchema } from './parts/DocumentField'
import { FIRST_DOCUMENT } from './parts/document'
import { PublishBar } from './parts/PublishBar'

const BLANK: Partial<FlowText> = { flow_id: '', name: '', text: pretty(FIRST_DOCUMENT), published_version: null }

function Editor({ id }: { id: string | null }) {
  const say = flowWords.useWords()
  const [checked, setChecked] = useState<{ version: number; problems: FlowProblem[] } | null>(null)
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
        above={(flow) => flow && <PublishBar flow={flow} onChecked={(problems) => setChecked({ version: flow.version, problems })} />}
        fields={(flow) => <Fields flow={flow} server={checked !== null && checked.version === flow?.version ? checked.problems : null} />}
      />
    </div>
  )
}

function Fields({ flow, server }: { flow: FlowText | null; server: FlowProblem[] | null }) {
  const say = flowWords.useWords()
  const rules = useFieldRules()
  const schema = useSchema()
  return (
    <>
      <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]} style={{ maxWidth: 480 }}>
        <Input maxLength={100} autoFocus={flow === null} />
      </Form.Item>
      <Form.Item
        name="text"
        label={say('draft.label')}
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
        <DocumentField flow={flow} server={server} />
      </Form.Item>
    </>
  )
}

export const NewFlowPage = () => <Editor id={null} />

export function FlowPage() {
  const { flow_id = '' } = useParams()
  return <Editor id={flow_id} />
}
