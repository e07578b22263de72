import type { Locale, Survey, SurveyChoice, SurveyPrompt, SurveyQuestion } from '@/api/types'
import type { surveyWords } from '../locale'

type Say = ReturnType<typeof surveyWords.useWords>

export const DIGITS = Array.from('1234567890')
export const NO_WORDS: SurveyPrompt = { prompt_id: null, texts: {}, audio: {}, language: null }

const MARKS = ['1', '2', '3', '4', '5'] as const
const HIGHEST = 5

/** What customers hear, in their language whatever the administrator's is. */
const FIRST_WORDS = {
  'zh-CN': '请您对本次服务作出评价：非常满意请按 1，满意请按 2，一般请按 3，不满意请按 4，非常不满意请按 5。',
  en: 'Please rate our service: very content, press 1; content, 2; neither, 3; not content, 4; not content at all, 5.',
}
export const THANKS = { 'zh-CN': '感谢您的评价，再见。', en: 'Thank you. Good-bye.' }

/** The question that most centres begin with, ready to be changed. */
export function firstQuestion(say: Say): SurveyQuestion {
  return {
    question_id: 'q1',
    name: say('default.name'),
    prompt: { ...NO_WORDS, texts: FIRST_WORDS },
    choices: MARKS.map((key, at) => ({ key, label: say(`default.${key}`), score: HIGHEST - at })),
    low: 2,
  }
}

/** A further question, under an id that no other has. */
export function nextQuestion(questions: readonly SurveyQuestion[]): SurveyQuestion {
  const taken = new Set(questions.map((one) => one.question_id))
  let number = questions.length + 1
  while (taken.has(`q${number}`)) number += 1
  return { question_id: `q${number}`, name: '', prompt: NO_WORDS, choices: MARKS.map((key) => ({ key, label: '', score: Number(key) })), low: null }
}

/** The first digit that no choice has. */
export const freeKey = (choices: readonly (SurveyChoice | undefined)[]): string | undefined =>
  DIGITS.find((key) => !choices.some((choice) => choice?.key === key))

export const isSilent = (prompt: SurveyPrompt | null | undefined): boolean =>
  !prompt?.prompt_id && ![...Object.values(prompt?.texts ?? {}), ...Object.values(prompt?.audio ?? {})].some((one) => one.trim() !== '')

const filled = (words: Record<string, string> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(words ?? {}).flatMap(([locale, text]) => (text.trim() === '' ? [] : [[locale, text.trim()]])))

const tidyPrompt = (prompt: SurveyPrompt | undefined): SurveyPrompt => ({
  prompt_id: prompt?.prompt_id ?? null,
  texts: filled(prompt?.texts),
  audio: filled(prompt?.audio),
  language: prompt?.language ?? null,
})

/** As the API wants it: nothing empty is spoken, what was cleared is null. */
export function tidySurvey(survey: Survey): Survey {
  return {
    ...survey,
    name: survey.name.trim(),
    intro: tidyPrompt(survey.intro),
    thanks: tidyPrompt(survey.thanks),
    questions: survey.questions.map((question) => ({
      ...question,
      name: question.name.trim(),
      prompt: tidyPrompt(question.prompt),
      low: question.low ?? null,
      choices: question.choices.map((choice) => ({ ...choice, label: (choice.label as string | null | undefined)?.trim() ?? '', score: choice.score ?? null })),
    })),
  }
}

/** What a caller hears of a prompt in his language; the other one stands in for a language without words. */
export function wordsOf(prompt: SurveyPrompt | undefined, locale: Locale): string {
  const order = [locale, locale === 'en' ? 'zh-CN' : 'en']
  const found = order.map((one) => prompt?.audio[one]?.trim() || prompt?.texts[one]?.trim()).find(Boolean)
  return found ?? ''
}
