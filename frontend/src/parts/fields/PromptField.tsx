import { Space } from 'antd'
import type { Prompt } from '@/api/types'
import { PlayButton } from '../PlayButton'
import { Choose } from './Choose'
import { fieldWords } from './locale'
import { usePrompts } from './prompts'

interface Props {
  id?: string
  value?: string | null
  onChange?: (value: string | null) => void
  label?: string
  placeholder?: string
  disabled?: boolean
}

/** A prompt of the library, to be heard where it is chosen. */
export function PromptField({ value, ...choice }: Props) {
  const chosen = usePrompts().find((one) => one.prompt_id === value)
  return (
    <Space.Compact block style={{ alignItems: 'center', gap: 8 }}>
      <Choose {...choice} kind="prompt" value={value} allowClear />
      {chosen && <Sounds prompt={chosen} />}
    </Space.Compact>
  )
}

/** A button for each recording, or the words that are spoken. */
export function Sounds({ prompt }: { prompt: Prompt }) {
  const say = fieldWords.useWords()
  return (['zh-CN', 'en'] as const).map((language) => {
    const content = prompt.contents[language]
    if (content?.kind !== 'audio') return null
    const name = say(language === 'en' ? 'label.en' : 'label.zh')
    return <PlayButton key={language} url={content.url} text={name} what={`${prompt.name} ${name}`} />
  })
}
