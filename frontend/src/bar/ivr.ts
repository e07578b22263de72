import type { Call, PathStep } from '@/api/types'

type Came = Pick<Call, 'ivr_path'>

const ARROW = ' → '
// Set by the product, not by the caller; the box of a message is shown with the message.
const NOT_KEYED = new Set(['voicemail_box'])

const wordsOf = ({ label, digits }: PathStep): string[] => (digits === '' ? [label] : [label, digits])

/** The way that the caller took: how the flow names its nodes, and what was keyed there. `last`: the last words alone. */
export function pathText({ ivr_path }: Came, last = Infinity): string {
  const words = ivr_path.flatMap(wordsOf)
  return (words.length > last ? ['…', ...words.slice(-last)] : words).join(ARROW)
}

/** What the caller keyed in, in order, then what the flow found out besides. */
export function keyedIn({ ivr_path, variables }: Came & Pick<Call, 'variables'>): string {
  const keys = ivr_path.map((step) => step.digits).filter(Boolean)
  const found = Object.entries(variables).flatMap(([name, value]) =>
    (typeof value === 'string' || typeof value === 'number') && !NOT_KEYED.has(name) && !keys.includes(String(value)) ? [`${name}=${value}`] : [],
  )
  return [...keys, ...found].join(' ')
}
