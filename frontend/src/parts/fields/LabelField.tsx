import { Input } from 'antd'
import type { Label } from '@/api/types'
import { fieldWords } from './locale'

interface Props {
  id?: string
  value?: Partial<Label> | null
  onChange?: (value: Label) => void
  disabled?: boolean
  /** Rows of text; 1 (the default) is a single line. */
  rows?: number
  maxLength?: number
}

/** A text in both languages, one field each. */
export function LabelField({ id, value, onChange, disabled, rows = 1, maxLength = 100 }: Props) {
  const say = fieldWords.useWords()
  const held: Label = { 'zh-CN': value?.['zh-CN'] ?? '', en: value?.en ?? '' }
  const field = (locale: keyof Label, name: string, fieldId: string | undefined) => {
    const shared = {
      id: fieldId,
      disabled,
      maxLength,
      value: held[locale],
      'aria-label': name,
      onChange: (event: { target: { value: string } }) => onChange?.({ ...held, [locale]: event.target.value }),
    }
    return (
      <div style={{ display: 'grid', gridTemplateColumns: '44px 1fr', alignItems: 'center', gap: 8 }} lang={locale}>
        <span className="quiet">{name}</span>
        {rows > 1 ? <Input.TextArea {...shared} autoSize={{ minRows: rows, maxRows: 8 }} /> : <Input {...shared} />}
      </div>
    )
  }
  return (
    <div style={{ display: 'grid', gap: 6 }}>
      {field('zh-CN', say('label.zh'), id)}
      {field('en', say('label.en'), undefined)}
    </div>
  )
}

export const labelFilled = (label: Partial<Label> | null | undefined): boolean =>
  Boolean(label?.['zh-CN']?.trim()) && Boolean(label?.en?.trim())
