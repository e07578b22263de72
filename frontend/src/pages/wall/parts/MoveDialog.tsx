import { Form, Modal } from 'antd'
import type { Call, Route } from '@/api/types'
import { RouteField, useRouteRule } from '@/parts/fields/RouteField'
import { cleanRoute } from '@/parts/fields/routes'
import { move } from '../api'
import { wallWords } from '../locale'
import { useAct } from './useAct'

interface Props {
  call: Call
  name: string
  close: () => void
}

/** Asks where a waiting call is to go, and sends it there. */
export function MoveDialog({ call, name, close }: Props) {
  const say = wallWords.useWords()
  const routeRule = useRouteRule()
  const [form] = Form.useForm<{ route: Route }>()
  const act = useAct()
  const send = async (): Promise<void> => {
    const { route } = await form.validateFields()
    const clean = cleanRoute(route)
    if (clean === null) return
    await act(move(call.call_id, clean), say('done', { act: say('move'), name }))
    close()
  }
  return (
    <Modal open title={say('move.title', { name })} okText={say('move')} cancelText={say('cancel')} onOk={() => void send()} onCancel={close}>
      <Form form={form} layout="vertical" initialValues={{ route: { kind: 'group', id: null, message: null } }}>
        <Form.Item name="route" label={say('move.where')} rules={[routeRule]}>
          <RouteField kinds={KINDS} />
        </Form.Item>
      </Form>
    </Modal>
  )
}

const KINDS = ['group', 'flow', 'extension', 'outside', 'voicemail'] as const
