import { Form, Input, Radio } from 'antd'
import type { ScreeningEntry } from '@/api/types'
import { Moment } from '@/parts/fields/Moment'
import { screeningWords } from '../locale'
import { isWide, patternOf } from './patterns'

export function ScreeningFields({ entry }: { entry: ScreeningEntry | null }) {
  const say = screeningWords.useWords()
  const kind = Form.useWatch<'black' | 'white' | undefined>('kind') ?? entry?.kind ?? 'black'
  const stored = entry !== null
  return (
    <>
      <Form.Item name="kind" label={say('kind')} extra={say(`kind.${kind}.hint`)}>
        <Radio.Group
          disabled={stored}
          optionType="button"
          options={(['black', 'white'] as const).map((value) => ({ value, label: say(`kind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item
        name="pattern"
        label={say('pattern')}
        extra={!stored && say('pattern.hint')}
        rules={[
          {
            required: true,
            validator: (_rule, typed: string) =>
              patternOf(typed) === null ? Promise.reject(new Error(say('pattern.bad'))) : Promise.resolve(),
          },
          {
            warningOnly: true,
            validator: (_rule, typed: string) =>
              kind === 'black' && isWide(patternOf(typed) ?? '') ? Promise.reject(new Error(say('pattern.wide'))) : Promise.resolve(),
          },
        ]}
      >
        <Input disabled={stored} autoFocus={!stored} spellCheck={false} inputMode="tel" maxLength={40} />
      </Form.Item>
      <Form.Item name="reason" label={say('reason')}>
        <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
      <Form.Item
        name="expires_at"
        label={say('expires')}
        rules={[
          {
            validator: (_rule, at: number | null) =>
              at != null && at <= Date.now() ? Promise.reject(new Error(say('expires.past'))) : Promise.resolve(),
          },
        ]}
      >
        <Moment placeholder={say('expires.never')} />
      </Form.Item>
    </>
  )
}
