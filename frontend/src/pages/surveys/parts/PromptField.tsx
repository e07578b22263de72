import { Button, Input } from 'antd'
import type { Locale, SurveyPrompt } from '@/api/types'
import { LabelField } from '@/parts/fields/LabelField'
import { PromptField as LibraryField } from '@/parts/fields/PromptField'
import { surveyWords } from '../locale'

const LOCALES = ['zh-CN', 'en'] as const satisfies readonly Locale[]

interface Props {
  id?: string
  value?: SurveyPrompt
  onChange?: (value: SurveyPrompt) => void
  disabled?: boolean
}

/** What the customer hears in both languages: a prompt of the library, text that is spoken, or the address of a recording instead. */
export function PromptField({ id, value, onChange, disabled }: Props) {
  const say = surveyWords.useWords()
  const held: SurveyPrompt = { prompt_id: value?.prompt_id ?? null, texts: value?.texts ?? {}, audio: value?.audio ?? {}, language: value?.language ?? null }
  const recorded = Object.keys(held.audio).length > 0
  const put = (locale: Locale, address: string): void => onChange?.({ ...held, audio: { ...held.audio, [locale]: address } })
  return (
    <div style={{ display: 'grid', gap: 6 }}>
      <LibraryField label={say('library')} placeholder={say('library')} disabled={disabled} value={held.prompt_id} onChange={(prompt_id) => onChange?.({ ...held, prompt_id })} />
      <LabelField id={id} rows={2} maxLength={2000} disabled={disabled} value={held.texts} onChange={(texts) => onChange?.({ ...held, texts })} />
      {recorded ? (
        LOCALES.map((locale) => (
          <Input
            key={locale}
            inputMode="url"
            spellCheck={false}
            disabled={disabled}
            aria-label={`${say('recording.url')} ${locale}`}
            placeholder={`${say('recording.url')} · ${locale}`}
            value={held.audio[locale] ?? ''}
            onChange={(event) => put(locale, event.target.value)}
          />
        ))
      ) : (
        <div>
          <Button type="link" size="small" style={{ paddingInline: 0 }} disabled={disabled} onClick={() => put('zh-CN', '')}>
            {say('recording')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** Whether every recording's address is one. */
export const addressesHold = (prompt: SurveyPrompt | null | undefined): boolean =>
  Object.values(prompt?.audio ?? {}).every((address) => address.trim() === '' || /^https?:\/\/\S+$/.test(address.trim()))
