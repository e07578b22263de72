import { Input } from 'antd'
import { flowWords } from '../../locale'
import { Grouped } from './Labelled'

interface Props {
  label: string
  value: unknown
  onChange: (texts: Record<string, string>) => void
}

/** A text in both languages; variables stand in it as {name}. */
export function TextsField({ label, value, onChange }: Props) {
  const say = flowWords.useWords()
  const texts = (value ?? {}) as Record<string, string>
  return (
    <Grouped label={label}>
      {(['zh-CN', 'en'] as const).map((locale) => (
        <Input.TextArea
          key={locale}
          lang={locale}
          maxLength={2000}
          autoSize={{ minRows: 2, maxRows: 6 }}
          value={texts[locale] ?? ''}
          aria-label={`${label} ${say(`prompt.${locale}`)}`}
          placeholder={say(`prompt.${locale}`)}
          onChange={(event) => onChange({ ...texts, [locale]: event.target.value })}
        />
      ))}
    </Grouped>
  )
}
