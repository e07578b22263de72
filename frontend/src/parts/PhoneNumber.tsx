import type { Attribution } from '@/api/types'
import { attributionText } from './format'
import { partWords } from './locale'
import { nationalNumber } from './numbers'

interface Props {
  number: string | null | undefined
  attribution?: Attribution | string | null
}

/** A number in national format with where it belongs to. Dialling is the caller's business (see DialLink). */
export function PhoneNumber({ number, attribution }: Props) {
  const say = partWords.useWords()
  if (!number) return <span className="quiet">{say('number.hidden')}</span>
  const where = attributionText(attribution)
  return (
    <span title={number}>
      <span className="figures">{nationalNumber(number)}</span>
      {where && <span className="quiet"> {where}</span>}
    </span>
  )
}
