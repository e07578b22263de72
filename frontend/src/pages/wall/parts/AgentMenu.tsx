import { MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useMay } from '@/api/session'
import type { Agent } from '@/api/types'
import { forceNotReady, forceReady, forceSignOut } from '../api'
import { wallWords } from '../locale'
import { useAct } from './useAct'

const ACTS = { force_ready: forceReady, force_not_ready: forceNotReady, force_sign_out: forceSignOut }
type ActName = keyof typeof ACTS
const NAMES: readonly ActName[] = ['force_ready', 'force_not_ready', 'force_sign_out']

/** What has no use in a state: who is ready is not made ready. */
const useless = (agent: Agent, act: ActName): boolean => (agent.state === 'ready' && act === 'force_ready') || (agent.state === 'not_ready' && act === 'force_not_ready')

/** What a supervisor may do with an agent. During a call it holds afterwards, and the menu says so. */
export function AgentMenu({ agent }: { agent: Agent }) {
  const say = wallWords.useWords()
  const act = useAct()
  if (!useMay('supervision.force') || agent.state === 'signed_out') return null
  const name = agent.name || agent.agent_id
  const later = agent.state === 'on_call' || agent.state === 'reserved'
  const items = NAMES.map((one) => ({ key: one, label: say(one) + (later ? say('after_call') : ''), danger: one === 'force_sign_out', disabled: useless(agent, one) }))
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => void act(ACTS[key as ActName](agent.agent_id), say('done', { act: say(key as ActName), name })) }}>
      <Button type="text" size="small" icon={<MoreOutlined />} aria-label={say('agent.menu', { name })} style={{ color: 'inherit' }} />
    </Dropdown>
  )
}
