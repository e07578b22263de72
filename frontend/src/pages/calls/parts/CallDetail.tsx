import { useQuery } from '@tanstack/react-query'
import { Descriptions, Skeleton, Timeline } from 'antd'
import { Link } from 'react-router'
import type { CallEvent, CallRecord } from '@/api/types'
import { useLocale } from '@/app/i18n'
import { useMay } from '@/api/session'
import { useGroupName } from '@/bar/api'
import { DialNumber } from '@/bar/parts/DialNumber'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { useAgentNames } from '@/parts/fields/choices'
import { dateTime, duration } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { keyedIn, pathText } from '@/bar/ivr'
import { callEvents, readCall } from '../api'
import { CallSurveys } from './CallSurveys'
import { useCodeWords } from './events'
import { callsWords } from '../locale'
import { useDisposition } from './columns'

/** One call: its figures, and everything that happened in it in order. */
export function CallDetail({ record }: { record: CallRecord }) {
  const say = callsWords.useWords()
  const part = partWords.useWords()
  const locale = useLocale()
  const groupName = useGroupName()
  const disposition = useDisposition()
  const agentNames = useAgentNames()
  const plays = useMay('recordings.read')
  const word = useCodeWords()
  const call = useQuery({ queryKey: ['call', record.call_id], queryFn: () => readCall(record.call_id) }).data
  const items = [
    [say('col.customer'), <DialNumber key="n" number={record.customer_number} attribution={record.attribution} />],
    [say('col.direction'), part(`direction.${record.direction}`)],
    [say('col.trunk'), <PhoneNumber key="t" number={record.trunk_number} />],
    [say('col.group'), record.group_id ? groupName(record.group_id) : '—'],
    [say('col.agents'), agentNames(record.agent_ids) || '—'],
    [say('detail.path'), (call && pathText(call)) || '—'],
    [say('detail.keyed'), (call && keyedIn(call)) || '—'],
    [say('col.started'), dateTime(record.started_at, locale)],
    [say('detail.ended'), record.ended_at === null ? '—' : dateTime(record.ended_at, locale)],
    [say('col.wait'), duration(record.wait_s)],
    [say('col.talk'), duration(record.talk_s)],
    [say('col.hold'), duration(record.hold_s)],
    [say('detail.cause'), word('cause', record.cause) || '—'],
    [say('col.disposition'), disposition(record.disposition) || '—'],
    [say('detail.recordings'), <Recordings key="r" record={record} plays={plays} />],
    [say('detail.number'), <code key="c">{record.call_id}</code>],
  ]
  return (
    <>
      <Descriptions size="small" column={1} items={items.map(([label, children], key) => ({ key, label, children }))} />
      {record.customer_id && <Link to={`/customers/${record.customer_id}`}>{say('detail.customer')}</Link>}
      <CallSurveys id={record.call_id} />
      <h3>{say('detail.timeline')}</h3>
      <Events id={record.call_id} from={record.started_at} />
    </>
  )
}

function Recordings({ record, plays }: { record: CallRecord; plays: boolean }) {
  const say = callsWords.useWords()
  if (record.recording_ids.length === 0) return say('detail.none')
  if (!plays) return say('detail.yes')
  return record.recording_ids.map((id) => (
    <Link key={id} to={`/recordings/${id}`} style={{ marginRight: 8 }}>
      {id.slice(-6)}
    </Link>
  ))
}

/** The node of a flow that an event tells of, as the flow names it. */
function nodeOf({ data }: CallEvent): string {
  const [name] = [data.label, data.node].filter((one): one is string => typeof one === 'string' && one !== '')
  return name ?? ''
}

/** The time line: offset from the start of the call, what, who, and from which state to which. */
function Events({ id, from }: { id: string; from: number }) {
  const say = callsWords.useWords()
  const locale = useLocale()
  const word = useCodeWords()
  const events = useQuery({ queryKey: ['call-events', id], queryFn: () => callEvents(id) })
  if (events.isPending) return <Skeleton active />
  if (events.isError) return <ErrorNotice error={events.error} retry={() => void events.refetch()} />
  if (events.data.items.length === 0) return <p className="quiet">{say('detail.no_events')}</p>
  return (
    <Timeline
      items={events.data.items.map((event) => ({
        key: event.event_id,
        content: (
          <>
            <span className="figures quiet" title={dateTime(event.at, locale)}>
              +{duration((event.at - from) / 1000)}
            </span>{' '}
            <b>{word('event', event.type)}</b> {word('to', event.to) || nodeOf(event)}
            <div className="quiet">{[event.who, word('cause', event.cause)].filter(Boolean).join(' · ')}</div>
          </>
        ),
      }))}
    />
  )
}
