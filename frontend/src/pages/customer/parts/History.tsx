import { useQuery } from '@tanstack/react-query'
import { Drawer, Skeleton } from 'antd'
import { useState } from 'react'
import type { CallRecord } from '@/api/types'
import { useGroupName } from '@/bar/api'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { useAgentNames } from '@/parts/fields/choices'
import { duration } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { TimeText } from '@/parts/TimeText'
import { callsWords } from '@/pages/calls/locale'
import { CallDetail } from '@/pages/calls/parts/CallDetail'
import { useDisposition } from '@/pages/calls/parts/columns'
import { customerHistory } from '../api'
import { customerWords } from '../locale'

/** Every call with this customer, newest first. */
export function History({ customerId }: { customerId: string }) {
  const say = customerWords.useWords()
  const calls = callsWords.useWords()
  const [shown, setShown] = useState<CallRecord | null>(null)
  const history = useQuery({ queryKey: ['customer-history', customerId], queryFn: () => customerHistory(customerId) })
  return (
    <section className="history" aria-label={say('history')}>
      <h2>{say('history')}</h2>
      {history.isPending && <Skeleton active />}
      {history.isError && <ErrorNotice error={history.error} retry={() => void history.refetch()} />}
      {history.data?.items.length === 0 && <p className="quiet">{say('history.empty')}</p>}
      <ol>
        {history.data?.items.map((record) => (
          <Entry key={record.call_id} record={record} open={() => setShown(record)} />
        ))}
      </ol>
      <Drawer open={shown !== null} onClose={() => setShown(null)} title={calls('detail.title')} size={560} destroyOnHidden>
        {shown && <CallDetail record={shown} />}
      </Drawer>
    </section>
  )
}

function Entry({ record, open }: { record: CallRecord; open: () => void }) {
  const part = partWords.useWords()
  const calls = callsWords.useWords()
  const groupName = useGroupName()
  const disposition = useDisposition()
  const agentNames = useAgentNames()
  const answered = record.answered_at !== null
  const facts = [
    record.group_id && groupName(record.group_id),
    agentNames(record.agent_ids),
    answered ? `${calls('col.talk')} ${duration(record.talk_s)}` : calls('result.unanswered'),
    disposition(record.disposition),
  ]
  return (
    <li className={answered ? 'answered' : 'missed'}>
      <a
        role="button"
        tabIndex={0}
        onClick={open}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return
          event.preventDefault()
          open()
        }}
      >
        <TimeText at={record.started_at} /> · {part(`direction.${record.direction}`)}
      </a>
      <div className="quiet">{facts.filter(Boolean).join(' · ')}</div>
    </li>
  )
}
