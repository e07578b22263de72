import type { BarWord } from './locale'

const KNOWN = [
  'token_refused',
  'phone_unreachable',
  'phone_silent',
  'microphone',
  'microphone_missing',
  'microphone_busy',
  'microphone_insecure',
  'media',
  'no_browser_phone',
  'call_gone',
] as const
/** The provider's codes for a microphone that is missing or forbidden. */
const MICROPHONE = ['31401', '31402']

/** The word for why a phone does not work, as arguments for `say`. */
export function problemWord(code: string): [BarWord, Record<string, string>] {
  if (MICROPHONE.includes(code)) return ['problem.microphone', {}]
  const known = KNOWN.find((one) => one === code)
  return known ? [`problem.${known}`, {}] : ['problem.other', { code }]
}
