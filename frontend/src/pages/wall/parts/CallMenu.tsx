import { MoreOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, type MenuProps } from 'antd'
import { useState } from 'react'
import { useMay } from '@/api/session'
import type { Agent, Call } from '@/api/types'
import { nationalNumber } from '@/parts/numbers'
import { assign, disconnect, setPriority } from '../api'
import { wallWords } from '../locale'
import { isIn } from './attention'
import { MoveDialog } from './MoveDialog'
import { useAct } from './useAct'

/** Far more points than flows give: the call is next, or last. */
const NEXT = 500
const LAST = -500

/** What a supervisor may do with a call: a waiting one is reordered or given to somebody, any is ended. */
export function CallMenu({ call, agents }: { call: Call; agents: readonly Agent[] }) {
  const say = wallWords.useWords()
  const { modal } = App.useApp()
  const act = useAct()
  const [moving, setMoving] = useState(false)
  if (!useMay('supervision.calls')) return null
  const name = nationalNumber(call.customer_number)
  const done = (what: string): string => say('done', { act: what, name })
  const ready = agents.filter((agent) => agent.state === 'ready' && call.group_id !== null && isIn(agent, call.group_id))
  const waiting: MenuProps['items'] = [
    { key: 'next', label: say('priority.next'), onClick: () => void act(setPriority(call.call_id, NEXT), done(say('priority.next'))) },
    { key: 'usual', label: say('priority.usual'), onClick: () => void act(setPriority(call.call_id, 0), done(say('priority.usual'))) },
    { key: 'last', label: say('priority.last'), onClick: () => void act(setPriority(call.call_id, LAST), done(say('priority.last'))) },
    {
      key: 'assign',
      label: say('assign'),
      disabled: ready.length === 0,
      children: ready.map((agent) => ({
        key: agent.agent_id,
        label: agent.name || agent.agent_id,
        onClick: () => void act(assign(call.call_id, agent.agent_id), done(say('assign'))),
      })),
    },
    { key: 'move', label: say('move'), disabled: call.callback !== null, onClick: () => setMoving(true) },
    { type: 'divider' },
  ]
  const ask = (): void => {
    modal.confirm({
      title: say('disconnect.title', { name }),
      content: say('disconnect.follows'),
      okText: say('disconnect'),
      okButtonProps: { danger: true },
      cancelText: say('cancel'),
      focusable: { autoFocusButton: 'cancel' },
      onOk: () => act(disconnect(call.call_id), done(say('disconnect'))),
    })
  }
  const items: MenuProps['items'] = [...(call.state === 'queued' ? waiting : []), { key: 'disconnect', label: say('disconnect'), danger: true, onClick: ask }]
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items }}>
        <Button type="text" size="small" icon={<MoreOutlined />} aria-label={say('call.menu', { name })} />
      </Dropdown>
      {moving && <MoveDialog call={call} name={name} close={() => setMoving(false)} />}
    </>
  )
}
