import './test-call.css'
import { useQuery } from '@tanstack/react-query'
import { Alert, Tag } from 'antd'
import { useState } from 'react'
import { useParts } from '@/api/health'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { nationalNumber } from '@/parts/numbers'
import { TimeText } from '@/parts/TimeText'
import { listCalls, type SimCall } from './api'
import { testCallWords } from './locale'
import { CallForm } from './parts/CallForm'
import { TimeLine } from './parts/TimeLine'
import { useSimEvents } from './parts/useSimEvents'

export function TestCallPage() {
  const say = testCallWords.useWords()
  const parts = useParts()
  if (parts === undefined) return null
  return parts.includes('simulator') ? <Panel /> : <EmptyState title={say('gone')} hint={say('gone.hint')} />
}

function Panel() {
  const say = testCallWords.useWords()
  const [chosen, setChosen] = useState<string | null>(null)
  const up = useSimEvents()
  const calls = useQuery({ queryKey: ['sim', 'calls'], queryFn: listCalls })
  const incoming = (calls.data ?? []).filter((call) => call.direction === 'inbound')
  const shown = chosen ?? incoming[0]?.call_sid ?? null
  return (
    <div className="test-call">
      <section>
        <h1>{say('title')}</h1>
        <p className="quiet">{say('hint')}</p>
        <CallForm onPlaced={setChosen} />
      </section>
      <section aria-label={say('calls')}>
        <h2>
          {say('calls')} {up && <Tag color="success">{say('live')}</Tag>}
        </h2>
        {!up && <Alert type="warning" showIcon title={say('live.lost')} />}
        {calls.isError && <ErrorNotice error={calls.error} retry={() => void calls.refetch()} />}
        {calls.data && incoming.length === 0 && <EmptyState title={say('calls.empty')} hint={say('calls.empty.hint')} />}
        <ul className="sim-calls">
          {incoming.map((call) => (
            <li key={call.call_sid}>
              <CallButton call={call} shown={call.call_sid === shown} choose={() => setChosen(call.call_sid)} />
            </li>
          ))}
        </ul>
      </section>
      {shown === null ? <p className="quiet">{say('timeline.empty')}</p> : <TimeLine sid={shown} />}
    </div>
  )
}

function CallButton({ call, shown, choose }: { call: SimCall; shown: boolean; choose: () => void }) {
  const say = testCallWords.useWords()
  const active = call.ended_at === null
  return (
    <button type="button" aria-pressed={shown} onClick={choose}>
      <span className="figures">{nationalNumber(call.from)}</span>
      <Tag color={active ? 'processing' : 'default'} style={{ margin: 0 }}>
        {say(active ? 'status.active' : 'status.ended')}
      </Tag>
      <span className="quiet">
        <TimeText at={call.created_at} />
      </span>
      <span className="quiet">{active ? say(`hearing.${call.hearing.kind}`) : call.status}</span>
    </button>
  )
}
