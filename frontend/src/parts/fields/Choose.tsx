import { Select } from 'antd'
import { useChoices, type ChoiceKind } from './choices'
import { fieldWords } from './locale'

interface Props {
  kind: ChoiceKind
  /** Given by `Form.Item`. */
  id?: string
  value?: string | null
  onChange?: (value: string | null) => void
  placeholder?: string
  allowClear?: boolean
  disabled?: boolean
  label?: string
  exclude?: readonly string[]
  width?: number | string
}

/** One of the groups, agents, flows …, found by typing. An id that is gone is shown as such, not hidden. */
export function Choose({ kind, id, value, onChange, placeholder, allowClear = false, disabled, label, exclude = [], width = '100%' }: Props) {
  const say = fieldWords.useWords()
  const choices = useChoices(kind)
  const items = choices.items.filter((item) => item.value === value || !exclude.includes(item.value))
  const gone = value != null && value !== '' && !choices.loading && !items.some((item) => item.value === value)
  const goneLabel = choices.allowed ? say('choose.gone', { id: value ?? '' }) : (value ?? '')
  return (
    <Select<string>
      id={id}
      style={{ width }}
      aria-label={label}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear={allowClear}
      loading={choices.loading}
      disabled={disabled}
      placeholder={placeholder}
      value={value === '' ? undefined : (value ?? undefined)}
      options={gone ? [...items, { value, label: goneLabel }] : items}
      // antd answers undefined when the choice is cleared; the API wants null.
      onChange={(chosen: string | undefined) => onChange?.(chosen ?? null)}
    />
  )
}

interface ManyProps extends Omit<Props, 'value' | 'onChange' | 'allowClear' | 'exclude'> {
  value?: string[]
  onChange?: (value: string[]) => void
}

/** Several of a kind. */
export function ChooseMany({ kind, id, value, onChange, placeholder, disabled, label, width = '100%' }: ManyProps) {
  const choices = useChoices(kind)
  return (
    <Select<string[]>
      id={id}
      mode="multiple"
      style={{ width }}
      aria-label={label}
      showSearch={{ optionFilterProp: 'label' }}
      loading={choices.loading}
      disabled={disabled}
      placeholder={placeholder}
      value={value}
      options={choices.items}
      onChange={onChange}
    />
  )
}
