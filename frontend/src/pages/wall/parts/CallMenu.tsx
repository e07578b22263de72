import { MoreOutlined } from '@ant-design/icons'
import { App, Button, Dropdown, type MenuProps } from 'antd'
import { useState } from 'react'
import { useMay } from '@/api/session'
import type { Agent, Call, Offer } from '@/api/types'
import { isOpen } from '@/live/own'
import { nationalNumber } from '@/parts/numbers'
import { assign, disconnect, setPriority } from '../api'
import { wallWords } from '../locale'
import { isIn } from './attention'
import { MoveDialog } from './MoveDialog'
import { PlayDialog } from './PlayDialog'
import { TransferDialog } from './TransferDialog'
import { useAct } from './useAct'
import { useLiveItems } from './useLiveItems'

/** Far more points than flows give: the call is next, or last. */
const NEXT = 500
const LAST = -500
/** What rings and can be picked up: not what an agent dials himself. */
const PICKED: readonly Offer['kind'][] = ['queue', 'ring_all', 'transfer', 'recall']

/** What a supervisor may do with a call: join or transfer one that is talked in, reorder or give away a waiting one, end any. */
export function CallMenu({ call, agents }: { call: Call; agents: readonly Agent[] }) {
  const say = wallWords.useWords()
  const { modal } = App.useApp()
  const act = useAct()
  const [moving, setMoving] = useState(false)
  const [transferring, setTransferring] = useState(false)
  const [playing, setPlaying] = useState(false)
  const name = nationalNumber(call.customer_number)
  const served = call.legs.find((leg) => leg.role === 'agent' && leg.state === 'joined')
  const live = useLiveItems({ call_id: call.call_id, agent_id: served?.agent_id ?? '', name })
  const manages = useMay('supervision.calls')
  const takes = useMay('supervision.take')
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
    { key: 'play', label: say('play'), disabled: call.callback !== null, onClick: () => setPlaying(true) },
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
  const talking = call.state === 'talking' && served !== undefined
  const rings = call.customer_number !== '' && call.offers.some((offer) => isOpen(offer) && PICKED.includes(offer.kind))
  const items: MenuProps['items'] = [
    ...(talking ? live.talking : []),
    ...(rings ? live.ringing : []),
    ...(talking && takes ? [{ key: 'transfer', label: say('transfer.ask'), onClick: () => setTransferring(true) }] : []),
    ...(call.state === 'queued' && manages ? waiting : []),
    ...(manages ? [{ key: 'disconnect', label: say('disconnect'), danger: true, onClick: ask }] : []),
  ]
  if (items.length === 0) return null
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items }}>
        <Button type="text" size="small" icon={<MoreOutlined />} aria-label={say('call.menu', { name })} />
      </Dropdown>
      {transferring && <TransferDialog call={call} name={name} agents={agents} close={() => setTransferring(false)} />}
      {moving && <MoveDialog call={call} name={name} close={() => setMoving(false)} />}
      {playing && <PlayDialog call={call} name={name} close={() => setPlaying(false)} />}
    </>
  )
}
