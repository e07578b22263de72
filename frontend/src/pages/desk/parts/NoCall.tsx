import { CustomerServiceOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { Agent } from '@/api/types'
import { barWords } from '@/bar/locale'
import { isSystemReason } from '@/bar/notReady'
import { usePress } from '@/bar/usePress'
import { EmptyState } from '@/parts/EmptyState'
import { deskWords } from '../locale'

/** Nothing going on: what to do next. */
export function NoCall({ agent }: { agent: Agent | null }) {
  const say = deskWords.useWords()
  const bar = barWords.useWords()
  const press = usePress()
  const icon = <CustomerServiceOutlined />
  if (agent === null || agent.state === 'signed_out') {
    return (
      <EmptyState
        icon={icon}
        title={say('call.signed_out')}
        hint={say('call.signed_out_hint')}
        action={
          <Button type="primary" onClick={() => press('sign_in')}>
            {say('call.sign_in')}
          </Button>
        }
      />
    )
  }
  const waits = agent.state === 'not_ready'
  return (
    <EmptyState
      icon={icon}
      title={say('call.none')}
      hint={waits && isSystemReason(agent.reason) ? bar(`reason.${agent.reason}.next`) : say(waits ? 'call.not_ready_hint' : 'call.ready_hint')}
      action={
        waits ? (
          <Button type="primary" onClick={() => press('ready')}>
            {say('call.ready')}
          </Button>
        ) : (
          <Button onClick={() => press('dial')}>{say('call.dial')}</Button>
        )
      }
    />
  )
}
