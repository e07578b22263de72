import type { CallRecord, Reason } from '@/api/types'
import { labelIn, useLocale } from '@/app/i18n'
import { useGroupName, useReasons } from '@/bar/api'
import { DialNumber } from '@/bar/parts/DialNumber'
import { useAgentNames } from '@/parts/fields/choices'
import { duration } from '@/parts/format'
import type { Column } from '@/parts/list/types'
import { partWords } from '@/parts/locale'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { TimeText } from '@/parts/TimeText'
import { callsWords } from '../locale'

/** A disposition in words; codes that are no longer in the list stay codes. */
export function useDisposition(): (code: string | null) => string {
  const locale = useLocale()
  const known: Reason[] = useReasons().data?.dispositions ?? []
  return (code) => {
    const reason = known.find((one) => one.code === code)
    return reason ? labelIn(reason.label, locale) : (code ?? '')
  }
}

/** Columns of every list of calls. */
export function useCallColumns(): Column<CallRecord>[] {
  const say = callsWords.useWords()
  const part = partWords.useWords()
  const groupName = useGroupName()
  const disposition = useDisposition()
  const agentNames = useAgentNames()
  return [
    { key: 'started', title: say('col.started'), width: 150, render: (row) => <TimeText at={row.started_at} /> },
    { key: 'direction', title: say('col.direction'), width: 70, render: (row) => part(`direction.${row.direction}`) },
    {
      key: 'customer',
      title: say('col.customer'),
      width: 250,
      render: (row) => <DialNumber number={row.customer_number} attribution={row.attribution} />,
    },
    { key: 'result', title: say('col.result'), width: 80, render: (row) => <Result answered={row.answered_at !== null} /> },
    { key: 'group', title: say('col.group'), render: (row) => (row.group_id ? groupName(row.group_id) : '—') },
    { key: 'agents', title: say('col.agents'), render: (row) => agentNames(row.agent_ids) || '—' },
    { key: 'wait', title: say('col.wait'), width: 70, align: 'right', render: (row) => duration(row.wait_s) },
    { key: 'talk', title: say('col.talk'), width: 70, align: 'right', render: (row) => duration(row.talk_s) },
    { key: 'hold', title: say('col.hold'), width: 70, align: 'right', hidden: true, render: (row) => duration(row.hold_s) },
    { key: 'disposition', title: say('col.disposition'), render: (row) => disposition(row.disposition) || '—' },
    { key: 'trunk', title: say('col.trunk'), hidden: true, render: (row) => <PhoneNumber number={row.trunk_number} /> },
    {
      key: 'recording',
      title: say('col.recording'),
      width: 60,
      render: (row) => (row.recording_ids.length > 0 ? say('detail.yes') : '—'),
    },
  ]
}

function Result({ answered }: { answered: boolean }) {
  const say = callsWords.useWords()
  return (
    <span style={{ color: answered ? 'var(--ready)' : 'var(--on_call)' }}>
      {say(answered ? 'result.answered' : 'result.unanswered')}
    </span>
  )
}
