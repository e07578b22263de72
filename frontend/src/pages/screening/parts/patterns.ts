import { dialable } from '@/parts/numbers'

export const ANONYMOUS = 'anonymous'
const PREFIX = /^\+[1-9]\d{0,14}\*$/
const WIDE_DIGITS = 4

/** What was typed, as the list keeps it: `anonymous`, a prefix `+86…*`, or a number in E.164. Null when it is none of them. */
export function patternOf(typed: string): string | null {
  const text = typed.replace(/[\s\-()]/g, '')
  if (text.toLowerCase() === ANONYMOUS) return ANONYMOUS
  if (text.endsWith('*')) return PREFIX.test(text) ? text : null
  const number = dialable(text)
  return number?.startsWith('+') ? number : null
}

/** Whether a prefix covers a whole country or nearly so. */
export const isWide = (pattern: string): boolean => pattern.endsWith('*') && pattern.replace(/\D/g, '').length < WIDE_DIGITS
