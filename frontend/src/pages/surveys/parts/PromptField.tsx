import { Button, Input } from 'antd'
import type { Locale, SurveyPrompt } from '@/api/types'
import { LabelField } from '@/parts/fields/LabelField'
import { surveyWords } from '../locale'

const LOCALES = ['zh-CN', 'en'] as const satisfies readonly Locale[]

interface Props {
  id?: string
  value?: SurveyPrompt
  onChange?: (value: SurveyPrompt) => void
  disabled?: boolean
}

/** What the customer hears in both languages: text that is spoken, or the address of a recording instead. */
export function PromptField({ id, value, onChange, disabled }: Props) {
  const say = surveyWords.useWords()
  const held: SurveyPrompt = { texts: value?.texts ?? {}, audio: value?.audio ?? {}, language: value?.language ?? null }
  const recorded = Object.keys(held.audio).length > 0
  const put = (locale: Locale, address: string): void => onChange?.({ ...held, audio: { ...held.audio, [locale]: address } })
  return (
    <div style={{ display: 'grid', gap: 6 }}>
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
