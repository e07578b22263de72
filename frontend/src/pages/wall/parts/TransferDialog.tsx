import { Form, Input, Modal, Select } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { groupRecords } from '@/api/records'
import type { Agent, Call, Target } from '@/api/types'
import { transferLive } from '@/supervision/api'
import { wallWords } from '../locale'
import { useAct } from './useAct'

interface Props {
  call: Call
  name: string
  agents: readonly Agent[]
  close: () => void
}

const KINDS = ['group', 'agent', 'outside'] as const
type Kind = (typeof KINDS)[number]

/** Asks where a call that is talked in is to go, and sends it there in the place of its agent. */
export function TransferDialog({ call, name, agents, close }: Props) {
  const say = wallWords.useWords()
  const [form] = Form.useForm<Target>()
  const kind = Form.useWatch('kind', form) as Kind | undefined
  const groups = useQuery({ queryKey: [groupRecords.key, 'all'], queryFn: groupRecords.all, staleTime: 60_000 })
  const act = useAct()
  const send = async (): Promise<void> => {
    const target = await form.validateFields()
    await act(transferLive(call.call_id, target), say('done', { act: say('transfer'), name }))
    close()
  }
  const free = agents.filter((agent) => (agent.state === 'ready' || agent.state === 'not_ready') && agent.supervising === null)
  const options = {
    group: (groups.data ?? []).map((group) => ({ value: group.group_id, label: group.name })),
    agent: free.map((agent) => ({ value: agent.agent_id, label: agent.name || agent.agent_id })),
    outside: [],
  }
  return (
    <Modal open title={say('transfer.title', { name })} okText={say('transfer')} cancelText={say('cancel')} onOk={() => void send()} onCancel={close}>
      <p className="quiet">{say('transfer.follows')}</p>
      <Form form={form} layout="vertical" initialValues={{ kind: 'group' }}>
        <Form.Item name="kind" label={say('move.where')}>
          <Select options={KINDS.map((one) => ({ value: one, label: say(`transfer.${one}`) }))} onChange={() => form.resetFields(['id'])} />
        </Form.Item>
        <Form.Item name="id" label={say(`transfer.${kind ?? 'group'}`)} rules={[{ required: true, message: say('transfer.required') }]}>
          {kind === 'outside' ? <Input inputMode="tel" /> : <Select showSearch={{ optionFilterProp: 'label' }} options={options[kind ?? 'group']} />}
        </Form.Item>
      </Form>
    </Modal>
  )
}
