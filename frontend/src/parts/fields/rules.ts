import type { Rule } from 'antd/es/form'
import type { Label } from '@/api/types'
import { inE164 } from '../numbers'
import { labelFilled } from './LabelField'
import { fieldWords } from './locale'

export interface FieldRules {
  /** Something other than blanks must be there; `name` is the field's label. */
  required: (name: string) => Rule
  /** Both languages must be there. */
  bothLanguages: Rule
  /** A phone number, in any way of writing it; nothing is fine. */
  number: Rule
}

/** Rules that several forms check as one types. */
export function useFieldRules(): FieldRules {
  const say = fieldWords.useWords()
  const check = (holds: (value: unknown) => boolean, message: string): Rule => ({
    validator: (_rule, value: unknown) => (holds(value) ? Promise.resolve() : Promise.reject(new Error(message))),
  })
  return {
    required: (name) => ({ required: true, whitespace: true, message: say('required', { name }) }),
    bothLanguages: check((value) => labelFilled(value as Partial<Label> | null), say('label.missing')),
    number: check((value) => typeof value !== 'string' || value.trim() === '' || inE164(value) !== null, say('route.number_bad')),
  }
}

/** A typed number in E.164; what is none stays as it is, for the server to refuse. */
export const e164 = (typed: string): string => inE164(typed) ?? typed.trim()
