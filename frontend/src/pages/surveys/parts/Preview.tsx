import { Button, Form, Segmented } from 'antd'
import { useState } from 'react'
import type { Locale, Survey, SurveyPrompt, SurveyQuestion } from '@/api/types'
import { useLocale } from '@/app/i18n'
import { surveyWords } from '../locale'
import { DIGITS, wordsOf } from './survey'
import { BEGINNING, press, type Walk } from './walk'

/** As far as it is written; a form has nothing yet when it is drawn first. */
interface Draft {
  intro: SurveyPrompt | undefined
  thanks: SurveyPrompt | undefined
  questions: SurveyQuestion[]
}

/** The survey as a caller hears it, walked through by key. */
export function Preview() {
  const say = surveyWords.useWords()
  const reader = useLocale()
  const [locale, setLocale] = useState<Locale>(reader)
  const [walk, setWalk] = useState<Walk>(BEGINNING)
  const form = Form.useFormInstance<Survey>()
  const draft = Form.useWatch<Survey, Draft>(({ intro, thanks, questions = [] }: Partial<Survey>) => ({ intro, thanks, questions }), form) as Draft | undefined
  if (draft === undefined) return null
  return (
    <div className="row" style={{ gap: 16, alignItems: 'start', flexWrap: 'wrap' }}>
      <div style={{ display: 'grid', gap: 8, width: 190 }}>
        <Segmented<Locale>
          aria-label={say('preview.language')}
          options={[{ value: 'zh-CN', label: '中文' }, { value: 'en', label: 'English' }]}
          value={locale}
          onChange={setLocale}
        />
        <Keys disabled={walk.over} press={(key) => setWalk(press(draft, walk, key))} />
        <Button onClick={() => setWalk(BEGINNING)}>{say('preview.again')}</Button>
      </div>
      <Heard draft={draft} walk={walk} locale={locale} />
    </div>
  )
}

function Keys({ disabled, press }: { disabled: boolean; press: (key: string | null) => void }) {
  const say = surveyWords.useWords()
  return (
    <>
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(3, 1fr)', gap: 6 }}>
        {DIGITS.map((key) => (
          <Button key={key} disabled={disabled} style={key === '0' ? { gridColumn: 2 } : undefined} aria-label={say('preview.pressed', { key })} onClick={() => press(key)}>
            {key}
          </Button>
        ))}
      </div>
      <Button disabled={disabled} onClick={() => press(null)}>
        {say('preview.silence')}
      </Button>
    </>
  )
}

function Heard({ draft, walk, locale }: { draft: Draft; walk: Walk; locale: Locale }) {
  const say = surveyWords.useWords()
  const question = draft.questions[walk.question]
  const first = walk.question === 0 && walk.tries === 0
  const words = walk.over
    ? [wordsOf(draft.thanks, locale), say('preview.over')]
    : [first ? wordsOf(draft.intro, locale) : '', walk.wrong ? say('preview.wrong') : '', wordsOf(question?.prompt, locale) || say('preview.nothing')]
  return (
    <div style={{ flex: '1 1 320px', display: 'grid', gap: 8 }}>
      <ol style={{ margin: 0, paddingInlineStart: 20 }} aria-label={say('preview.answers', { count: walk.answers.length })}>
        {walk.answers.map((answer, at) => (
          <li key={at} className="quiet">
            {answer.name}: {answer.label || say('preview.pressed', { key: answer.key })}
            {answer.low && ` · ${say('preview.low')}`}
          </li>
        ))}
      </ol>
      <p role="status" style={{ margin: 0, fontSize: 16 }} lang={locale}>
        {words.filter(Boolean).join(' ')}
      </p>
    </div>
  )
}
