import './prompts.css'
import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import type { Rule } from 'antd/es/form'
import { Link, useNavigate, useParams } from 'react-router'
import { promptRecords } from '@/api/records'
import { useMay } from '@/api/session'
import type { Prompt } from '@/api/types'
import { useChoices } from '@/parts/fields/choices'
import { useFieldRules } from '@/parts/fields/rules'
import { FormSection } from '@/parts/form/RecordForm'
import { duration } from '@/parts/format'
import { ListPage } from '@/parts/list/ListPage'
import { PlayButton } from '@/parts/PlayButton'
import { RecordPage } from '@/parts/record/RecordPage'
import { TimeText } from '@/parts/TimeText'
import { filled, LANGUAGES, listPrompts, promptDrafts, readUsers, type Language, type PromptDraft } from './api'
import { promptWords } from './locale'
import { ContentField } from './parts/ContentField'

export function PromptsPage() {
  const say = promptWords.useWords()
  const navigate = useNavigate()
  const agents = useChoices('agent')
  const create = useMay('prompts.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/prompts/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<Prompt>
      id={promptRecords.key}
      title={say('title')}
      load={listPrompts}
      rowKey={(prompt) => prompt.prompt_id}
      search={say('search')}
      columns={[
        { key: 'name', title: say('name'), render: (prompt) => prompt.name },
        ...LANGUAGES.map((language) => ({ key: language, title: say(language), width: 280, render: (prompt: Prompt) => <Heard prompt={prompt} language={language} /> })),
        { key: 'note', title: say('note'), render: (prompt) => prompt.note || '—' },
        { key: 'updated', title: say('updated'), render: (prompt) => <TimeText at={prompt.updated_at} /> },
        { key: 'by', title: say('by'), render: (prompt) => agents.nameOf(prompt.updated_by), hidden: true },
      ]}
      onOpen={(prompt) => void navigate(`/prompts/${encodeURIComponent(prompt.prompt_id)}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

/** What is heard in a language: a recording to play, or the words that are spoken. */
function Heard({ prompt, language }: { prompt: Prompt; language: Language }) {
  const say = promptWords.useWords()
  const content = prompt.contents[language]
  if (content === undefined) return '—'
  if (content.kind === 'spoken') {
    return (
      <span className="prompt-text" lang={language} title={content.text}>
        {content.text}
      </span>
    )
  }
  return (
    <span className="row">
      <PlayButton url={content.url} what={`${prompt.name} ${say(language)}`} />
      <span className="figures">{duration(Math.max(1, Math.round(content.seconds)))}</span>
    </span>
  )
}

function Editor({ id }: { id: string | null }) {
  const say = promptWords.useWords()
  return (
    <RecordPage<PromptDraft>
      records={promptDrafts}
      id={id}
      newTitle={say('new')}
      title={(prompt) => prompt.name}
      initial={{ prompt_id: '', name: '', note: '', contents: {} }}
      writePermission="prompts.write"
      follows={() => say('follows')}
      names={{ name: say('name'), note: say('note'), contents: say('contents') }}
      fields={(prompt) => <Fields prompt={prompt} />}
      beside={(prompt) => <UsedBy prompt_id={prompt.prompt_id} />}
    />
  )
}

function Fields({ prompt }: { prompt: PromptDraft | null }) {
  const say = promptWords.useWords()
  const rules = useFieldRules()
  const something: Rule = ({ getFieldValue }) => ({
    validator: () => (filled(getFieldValue('contents') as PromptDraft['contents']).length > 0 ? Promise.resolve() : Promise.reject(new Error(say('contents.none')))),
  })
  return (
    <>
      <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]}>
        <Input maxLength={100} autoFocus={prompt === null} />
      </Form.Item>
      <Form.Item name="note" label={say('note')}>
        <Input maxLength={500} />
      </Form.Item>
      {LANGUAGES.map((language, at) => (
        <FormSection key={language} title={say(language)} hint={at === 0 ? say('contents.hint') : undefined}>
          <Form.Item name={['contents', language]} dependencies={[['contents', LANGUAGES[1 - at] ?? language]]} rules={at === 0 ? [something] : []}>
            <ContentField language={language} />
          </Form.Item>
        </FormSection>
      ))}
    </>
  )
}

/** Where a prompt is heard; while it is, it cannot be deleted. */
function UsedBy({ prompt_id }: { prompt_id: string }) {
  const say = promptWords.useWords()
  const users = useQuery({ queryKey: [promptRecords.key, 'users', prompt_id], queryFn: () => readUsers(prompt_id) })
  return (
    <FormSection title={say('used_by')}>
      {users.data?.length === 0 && <p className="quiet">{say('used_by.nobody')}</p>}
      <ul className="prompt-users">
        {users.data?.map((user) => (
          <li key={`${user.kind}${user.id}`}>
            <span className="quiet">{say(`used_by.${user.kind}`)}</span> <Link to={`/${user.kind}s/${encodeURIComponent(user.id)}`}>{user.name}</Link>
          </li>
        ))}
      </ul>
    </FormSection>
  )
}

export const NewPromptPage = () => <Editor id={null} />

export function PromptPage() {
  const { prompt_id = '' } = useParams()
  return <Editor id={prompt_id} />
}
