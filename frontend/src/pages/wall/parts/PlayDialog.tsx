import { Form, Input, Modal, Radio } from 'antd'
import { useMay } from '@/api/session'
import type { Call } from '@/api/types'
import { PromptField } from '@/parts/fields/PromptField'
import { play } from '../api'
import { wallWords } from '../locale'
import { useAct } from './useAct'

interface Props {
  call: Call
  name: string
  close: () => void
}

interface Chosen {
  how: 'prompt' | 'text'
  prompt_id?: string | null
  text?: string
}

/** Asks what a waiting caller is to hear: a prompt of the library, or words. */
export function PlayDialog({ call, name, close }: Props) {
  const say = wallWords.useWords()
  const [form] = Form.useForm<Chosen>()
  const act = useAct()
  const library = useMay('prompts.read')
  const first = library ? 'prompt' : 'text'
  const how = Form.useWatch<Chosen['how'] | undefined>('how', form) ?? first
  const send = async (): Promise<void> => {
    const { prompt_id, text } = await form.validateFields()
    await act(play(call.call_id, how === 'prompt' ? { prompt_id: prompt_id ?? null, text: '' } : { prompt_id: null, text: text ?? '' }), say('play.done', { name }))
    close()
  }
  return (
    <Modal open title={say('play.title', { name })} okText={say('play.ok')} cancelText={say('cancel')} onOk={() => void send()} onCancel={close}>
      <p className="quiet">{say('play.follows')}</p>
      <Form form={form} layout="vertical" initialValues={{ how: first }}>
        <Form.Item name="how" label={say('play.what')}>
          <Radio.Group options={(['prompt', 'text'] as const).map((value) => ({ value, label: say(`play.${value}`), disabled: value === 'prompt' && !library }))} />
        </Form.Item>
        {how === 'prompt' ? (
          <Form.Item name="prompt_id" rules={[{ required: true, message: say('play.prompt.missing') }]}>
            <PromptField label={say('play.prompt')} />
          </Form.Item>
        ) : (
          <Form.Item name="text" rules={[{ required: true, whitespace: true, message: say('play.text.missing') }]}>
            <Input.TextArea aria-label={say('play.text')} maxLength={500} autoSize={{ minRows: 3, maxRows: 8 }} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  )
}
