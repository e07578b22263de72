import { MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { session, useMay } from '@/api/session'
import type { Agent } from '@/api/types'
import { forceNotReady, forceReady, forceSignOut } from '../api'
import { wallWords } from '../locale'
import { useAct } from './useAct'
import { useLiveItems } from './useLiveItems'

const ACTS = { force_ready: forceReady, force_not_ready: forceNotReady, force_sign_out: forceSignOut }
type ActName = keyof typeof ACTS
const NAMES: readonly ActName[] = ['force_ready', 'force_not_ready', 'force_sign_out']

/** What has no use in a state: who is ready is not made ready. */
const useless = (agent: Agent, act: ActName): boolean => (agent.state === 'ready' && act === 'force_ready') || (agent.state === 'not_ready' && act === 'force_not_ready')

/** What a supervisor may do with an agent: join his call, set his state (during a call it holds afterwards, and the menu says so). */
export function AgentMenu({ agent }: { agent: Agent }) {
  const say = wallWords.useWords()
  const act = useAct()
  const forces = useMay('supervision.force')
  const name = agent.name || agent.agent_id
  const live = useLiveItems({ call_id: agent.call_id ?? '', agent_id: agent.agent_id, name })
  const oneself = session((state) => state.user?.username) === agent.agent_id
  const joins = agent.call_id === null || oneself ? [] : agent.state === 'on_call' ? live.talking : agent.state === 'reserved' ? live.ringing : []
  if ((!forces && joins.length === 0) || agent.state === 'signed_out') return null
  const later = agent.state === 'on_call' || agent.state === 'reserved'
  const states = NAMES.map((one) => ({
    key: one,
    label: say(one) + (later ? say('after_call') : ''),
    danger: one === 'force_sign_out',
    disabled: useless(agent, one),
    onClick: () => void act(ACTS[one](agent.agent_id), say('done', { act: say(one), name })),
  }))
  const items = [...joins, ...(forces ? states : [])]
  return (
    <Dropdown trigger={['click']} menu={{ items }}>
      <Button type="text" size="small" icon={<MoreOutlined />} aria-label={say('agent.menu', { name })} style={{ color: 'inherit' }} />
    </Dropdown>
  )
}
