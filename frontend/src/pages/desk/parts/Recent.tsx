import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { Link } from 'react-router'
import { session } from '@/api/session'
import type { CallRecord } from '@/api/types'
import { DialNumber } from '@/bar/parts/DialNumber'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { duration } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { TimeText } from '@/parts/TimeText'
import { useDisposition } from '@/pages/calls/parts/columns'
import { recentCalls } from '../api'
import { deskWords } from '../locale'
import { useAfterWork } from './useAfterWork'

/** The last calls of this agent, with click to dial; read again when a call is over. */
export function Recent() {
  const say = deskWords.useWords()
  const username = session((state) => state.user?.username ?? '')
  const recent = useQuery({ queryKey: ['recent-calls', username], queryFn: () => recentCalls(username) })
  useAfterWork('recent-calls')
  return (
    <section className="desk-recent" aria-label={say('recent.title')}>
      <div className="row">
        <h2 className="grow">{say('recent.title')}</h2>
        <Link to="/calls">{say('recent.all')}</Link>
      </div>
      {recent.isPending && <Skeleton active />}
      {recent.isError && <ErrorNotice error={recent.error} retry={() => void recent.refetch()} />}
      {recent.data?.items.length === 0 && <p className="quiet">{say('recent.empty')}</p>}
      <table className="recent">
        <tbody>
          {recent.data?.items.map((record) => (
            <Row key={record.call_id} record={record} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Row({ record }: { record: CallRecord }) {
  const part = partWords.useWords()
  const disposition = useDisposition()
  const answered = record.answered_at !== null
  return (
    <tr>
      <td>
        <TimeText at={record.started_at} />
      </td>
      <td style={{ color: answered ? 'var(--ready)' : 'var(--on_call)' }}>{part(`direction.${record.direction}`)}</td>
      <td>
        <DialNumber number={record.customer_number} attribution={record.attribution} />
      </td>
      <td className="figures">{answered ? duration(record.talk_s) : '—'}</td>
      <td className="quiet">{disposition(record.disposition)}</td>
    </tr>
  )
}
