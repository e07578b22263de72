import type { Survey } from '@/api/types'

/** Where a caller is in a survey; the same rules as the server's (`survey/rules.py`). */
export interface Walk {
  question: number
  tries: number
  answers: { name: string; key: string; label: string; low: boolean }[]
  /** He pressed a key that means nothing, and hears the question again. */
  wrong: boolean
  over: boolean
}

export const BEGINNING: Walk = { question: 0, tries: 0, answers: [], wrong: false, over: false }
const REPEATS = 1

/** After a key, or after silence (null). */
export function press(survey: Pick<Survey, 'questions'>, walk: Walk, key: string | null): Walk {
  const question = survey.questions[walk.question]
  if (walk.over || question === undefined) return { ...walk, over: true }
  const choice = question.choices.find((one) => one.key === key)
  if (choice !== undefined) {
    const low = question.low != null && choice.score != null && choice.score <= question.low
    const answers = [...walk.answers, { name: question.name, key: choice.key, label: choice.label, low }]
    return onward(survey, { ...walk, answers })
  }
  if (walk.tries < REPEATS) return { ...walk, tries: walk.tries + 1, wrong: key !== null }
  return key === null ? { ...walk, wrong: false, over: true } : onward(survey, walk)
}

function onward(survey: Pick<Survey, 'questions'>, walk: Walk): Walk {
  const question = walk.question + 1
  return { ...walk, question, tries: 0, wrong: false, over: question >= survey.questions.length }
}
