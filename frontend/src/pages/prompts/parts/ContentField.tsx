import { Input, Segmented } from 'antd'
import { useState } from 'react'
import type { Content, Language } from '../api'
import { promptWords } from '../locale'
import { AudioField } from './AudioField'

interface Props {
  language: Language
  /** Given by `Form.Item`. */
  id?: string
  value?: Content | null
  onChange?: (content: Content | null) => void
}

const WAYS = ['none', 'audio', 'spoken'] as const
type Way = (typeof WAYS)[number]

const wayOf = (content: Content | null | undefined): Way => (content == null ? 'none' : content.kind === 'spoken' ? 'spoken' : 'audio')

/** What is heard in one language: nothing, a recording, or words. What was there before comes back with its way. */
export function ContentField({ language, id, value, onChange }: Props) {
  const say = promptWords.useWords()
  const [chosen, setChosen] = useState<Way | null>(null)
  const [kept, setKept] = useState<Partial<Record<Way, Content>>>({})
  const way = value == null ? (chosen ?? 'none') : wayOf(value)
  const choose = (next: Way): void => {
    if (value != null) setKept({ ...kept, [way]: value })
    setChosen(next)
    onChange?.(next === 'none' ? null : (kept[next] ?? (next === 'spoken' ? { kind: 'spoken', text: '' } : null)))
  }
  return (
    <div className="prompt-content">
      <Segmented<Way> aria-label={say('way', { language: say(language) })} options={WAYS.map((one) => ({ value: one, label: say(`way.${one}`) }))} value={way} onChange={choose} />
      {way === 'audio' && <AudioField language={language} value={value?.kind === 'spoken' ? null : (value ?? null)} onChange={(content) => onChange?.(content)} />}
      {way === 'spoken' && (
        <div lang={language}>
          <Input.TextArea
            id={id}
            value={value?.kind === 'spoken' ? value.text : ''}
            aria-label={`${say(language)} ${say('way.spoken')}`}
            placeholder={say('spoken.hint')}
            maxLength={2000}
            autoSize={{ minRows: 3, maxRows: 10 }}
            onChange={(event) => onChange?.({ kind: 'spoken', text: event.target.value })}
          />
        </div>
      )}
    </div>
  )
}
