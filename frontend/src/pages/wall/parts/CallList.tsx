import { Table } from 'antd'
import type { Agent, Call } from '@/api/types'
import { EmptyState } from '@/parts/EmptyState'
import { duration } from '@/parts/format'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { TimeText } from '@/parts/TimeText'
import { wallWords } from '../locale'
import { callsByAttention, sinceOf } from './attention'
import { CallMenu } from './CallMenu'

interface Props {
  calls: readonly Call[]
  agents: readonly Agent[]
  groupName: (group_id: string | null) => string
  now: number
}

/** Where a call stands; a callback that is booked says for when. */
function State({ call }: { call: Call }) {
  const say = wallWords.useWords()
  if (call.callback === null) return say(`call.${call.state}`)
  if (call.state !== 'arriving') return `${say('callback')} · ${say(`call.${call.state}`)}`
  return (
    <>
      {say('callback.booked')} <TimeText at={call.callback.due_at} />
    </>
  )
}

/** Who is being served or waits, those who wait first. */
export function CallList({ calls, agents, groupName, now }: Props) {
  const say = wallWords.useWords()
  const nameOf = (id: string): string => agents.find((agent) => agent.agent_id === id)?.name ?? id
  const who = (call: Call): string => {
    const there = call.legs.filter((leg) => leg.agent_id !== null && leg.state !== 'left').map((leg) => nameOf(leg.agent_id ?? ''))
    return there.join('、') || '—'
  }
  return (
    <section className="wall-panel" aria-label={say('calls')}>
      <h2>{say('calls')}</h2>
      <Table<Call>
        size="small"
        rowKey="call_id"
        dataSource={callsByAttention(calls)}
        pagination={false}
        locale={{ emptyText: <EmptyState title={say('calls.empty')} hint={say('calls.empty.hint')} /> }}
        columns={[
          { key: 'customer', title: say('customer'), render: (_value, call) => <PhoneNumber number={call.customer_number} /> },
          { key: 'group', title: say('group'), render: (_value, call) => groupName(call.group_id) },
          { key: 'agent', title: say('agent'), render: (_value, call) => who(call) },
          { key: 'state', title: say('state'), render: (_value, call) => <State call={call} /> },
          {
            key: 'since',
            title: say('since'),
            align: 'right',
            render: (_value, call) => <span className="figures">{duration(Math.max(0, Math.floor((now - sinceOf(call)) / 1000)))}</span>,
          },
          { key: 'menu', width: 40, render: (_value, call) => <CallMenu call={call} agents={agents} /> },
        ]}
      />
    </section>
  )
}
