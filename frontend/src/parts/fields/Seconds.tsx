import { InputNumber } from 'antd'
import { fieldWords } from './locale'

interface Props {
  id?: string
  value?: number | null
  onChange?: (value: number | null) => void
  min?: number
  max?: number
  step?: number
  placeholder?: string
  disabled?: boolean
  /** Another unit than seconds; an empty text for a bare number. */
  unit?: string
  /** Where no label of a form names it. */
  label?: string
}

/** A whole number with its unit; empty means null. */
export function Seconds({ unit, label, min = 0, ...props }: Props) {
  const say = fieldWords.useWords()
  return <InputNumber<number> {...props} aria-label={label} min={min} precision={0} style={{ width: 200 }} suffix={unit ?? say('unit.s')} />
}
