import { Checkbox } from 'antd'
import { useState } from 'react'
import type { Agent } from '@/api/types'
import { useReasonText } from '@/bar/notReady'
import { EmptyState } from '@/parts/EmptyState'
import { duration } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { STATE_ICON, stateColour, stateSoft } from '@/parts/states'
import { wallWords } from '../locale'
import { AgentMenu } from './AgentMenu'
import { agentsByAttention, isOverWrapUp } from './attention'

/** Everyone with state and how long in it; who needs attention first. */
export function AgentGrid({ agents, now }: { agents: readonly Agent[]; now: number }) {
  const say = wallWords.useWords()
  const [all, setAll] = useState(false)
  const reasonText = useReasonText()
  const shown = agentsByAttention(agents.filter((agent) => all || agent.state !== 'signed_out'), now)
  return (
    <section className="wall-panel" aria-label={say('agents')}>
      <header className="row">
        <h2 className="grow">{say('agents')}</h2>
        <Checkbox checked={all} onChange={(event) => setAll(event.target.checked)}>
          {say('agents.signed_out')}
        </Checkbox>
      </header>
      {shown.length === 0 && <EmptyState title={say('agents.empty')} hint={say('agents.empty.hint')} />}
      <div className="wall-agents">
        {shown.map((agent) => (
          <AgentCard key={agent.agent_id} agent={agent} now={now} reason={reasonText(agent.reason)} />
        ))}
      </div>
    </section>
  )
}

function AgentCard({ agent, now, reason }: { agent: Agent; now: number; reason: string }) {
  const say = partWords.useWords()
  const sayWall = wallWords.useWords()
  const over = isOverWrapUp(agent, now)
  return (
    <div className={over ? 'wall-agent over' : 'wall-agent'} style={{ background: stateSoft(agent.state), color: stateColour(agent.state) }}>
      <span className="wall-agent-head">
        <strong title={agent.agent_id}>{agent.name || agent.agent_id}</strong>
        <AgentMenu agent={agent} />
      </span>
      <div title={over ? sayWall('wrap_up.over') : undefined}>
        <span aria-hidden>{STATE_ICON[agent.state]}</span>
        {say(`state.${agent.state}`)}
        {reason !== '' && <span className="reason">{reason}</span>}
        <span className="figures">{duration(Math.max(0, Math.floor((now - agent.state_since) / 1000)))}</span>
      </div>
    </div>
  )
}
