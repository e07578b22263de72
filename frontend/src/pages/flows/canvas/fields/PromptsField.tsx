import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import type { Prompt } from '@/api/types'
import { PromptField } from '@/parts/fields/PromptField'
import { usePrompts } from '@/parts/fields/prompts'
import { flowWords } from '../../locale'
import { omitted } from '../operations'
import { Grouped } from './Labelled'

type Texts = Partial<Record<'zh-CN' | 'en', string>>

export interface PromptValue {
  prompt_id?: string | null
  texts?: Texts
  audio?: Texts
  language?: 'zh-CN' | 'en' | null
}

interface Props {
  label: string
  value: unknown
  onChange: (prompts: PromptValue[]) => void
}

const LANGUAGES = ['zh-CN', 'en'] as const

/** What the caller hears, one prompt after the other, in both languages: a prompt of the library, spoken text, or the address of a recording. */
export function PromptsField({ label, value, onChange }: Props) {
  const say = flowWords.useWords()
  const prompts = Array.isArray(value) ? (value as PromptValue[]) : []
  const library = usePrompts()
  const put = (at: number, prompt: PromptValue): void => onChange(prompts.map((one, index) => (index === at ? prompt : one)))
  return (
    <Grouped label={label}>
      {prompts.map((prompt, at) => (
        <div className="flow-prompt" key={at}>
          <div className="row">
            <span className="quiet grow">{say('prompt.number', { number: at + 1 })}</span>
            <LanguageChoice value={prompt.language} onChange={(language) => put(at, { ...prompt, language })} />
            <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={say('prompt.remove', { number: at + 1 })} onClick={() => onChange(prompts.filter((_one, index) => index !== at))} />
          </div>
          <PromptField label={`${label} ${at + 1} ${say('prompt.library')}`} placeholder={say('prompt.library.none')} value={prompt.prompt_id ?? null} onChange={(id) => put(at, fromLibrary(prompt, id))} />
          {LANGUAGES.filter((language) => needsWords(prompt, language, library)).map((language) => (
            <Words key={language} language={language} name={`${label} ${at + 1}`} prompt={prompt} onChange={(next) => put(at, next)} />
          ))}
        </div>
      ))}
      <Button size="small" type="dashed" block icon={<PlusOutlined />} disabled={prompts.length >= 10 || undefined} onClick={() => onChange([...prompts, { texts: { 'zh-CN': '', en: '' } }])}>
        {say('prompt.add')}
      </Button>
    </Grouped>
  )
}

/** A prompt without a reference carries none, so that a document without the library looks as it always did. */
const fromLibrary = (prompt: PromptValue, id: string | null): PromptValue => (id === null ? omitted(prompt, 'prompt_id') : { ...prompt, prompt_id: id })

/** What the library says in a language needs no words here. */
export function needsWords(prompt: PromptValue, language: 'zh-CN' | 'en', library: readonly Prompt[]): boolean {
  if (prompt.language != null && prompt.language !== language) return false
  const chosen = library.find((one) => one.prompt_id === prompt.prompt_id)
  return chosen?.contents[language] === undefined
}

function LanguageChoice({ value, onChange }: { value: PromptValue['language']; onChange: (language: PromptValue['language']) => void }) {
  const say = flowWords.useWords()
  return (
    <Select<string>
      size="small"
      variant="borderless"
      aria-label={say('prompt.language')}
      value={value ?? ''}
      style={{ width: 188, flex: 'none' }}
      options={[{ value: '', label: say('prompt.both') }, ...LANGUAGES.map((one) => ({ value: one, label: say(`prompt.only.${one}`) }))]}
      onChange={(chosen) => onChange(LANGUAGES.find((one) => one === chosen) ?? null)}
    />
  )
}

interface WordsProps {
  language: 'zh-CN' | 'en'
  name: string
  prompt: PromptValue
  onChange: (prompt: PromptValue) => void
}

/** Text and recording in one language; what is emptied is left out. */
function Words({ language, name, prompt, onChange }: WordsProps) {
  const say = flowWords.useWords()
  const text = prompt.texts?.[language] ?? ''
  const audio = prompt.audio?.[language]
  const withAudio = (address: string | undefined): void => {
    onChange({ ...prompt, audio: address === undefined ? omitted(prompt.audio ?? {}, language) : { ...prompt.audio, [language]: address } })
  }
  const title = say(`prompt.${language}`)
  return (
    <div lang={language} className="flow-words">
      <Input.TextArea
        value={text}
        placeholder={title}
        aria-label={`${name} ${title}`}
        maxLength={2000}
        autoSize={{ minRows: 1, maxRows: 6 }}
        onChange={(event) => onChange({ ...prompt, texts: { ...prompt.texts, [language]: event.target.value } })}
      />
      {audio === undefined ? (
        <Button size="small" type="link" onClick={() => withAudio('')}>
          {say('prompt.audio.add')}
        </Button>
      ) : (
        <Input
          size="small"
          value={audio}
          placeholder="https://"
          aria-label={`${name} ${title} ${say('prompt.audio')}`}
          onChange={(event) => withAudio(event.target.value === '' ? undefined : event.target.value)}
        />
      )}
    </div>
  )
}
