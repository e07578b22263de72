import { Drawer, Tag } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { SurveyResult } from '@/api/types'
import { DialNumber } from '@/bar/parts/DialNumber'
import { CallSurveys } from '@/pages/calls/parts/CallSurveys'
import { useAgentNames, useChoices } from '@/parts/fields/choices'
import { ListPage } from '@/parts/list/ListPage'
import type { Column, Filter } from '@/parts/list/types'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { TimeText } from '@/parts/TimeText'
import { listResults, RESULTS } from './api'
import { resultWords } from './locale'
import { Figures } from './parts/Figures'

const FILTERS = ['survey_id', 'group_id', 'agent_id', 'from', 'to', 'low'] as const
const MINUTE_MS = 60_000

/** What customers answered, within one's data scope: added up, and one by one. */
export function SurveyResultsPage() {
  const say = resultWords.useWords()
  const [shown, setShown] = useState<SurveyResult | null>(null)
  const [params] = useSearchParams()
  const asked = Object.fromEntries(FILTERS.flatMap((key) => (params.get(key) ? [[key, params.get(key) ?? '']] : [])))
  return (
    <>
      <ListPage<SurveyResult>
        id={RESULTS}
        title={say('title')}
        load={listResults}
        rowKey={(result) => result.result_id}
        columns={useColumns()}
        filters={useFilters()}
        summary={<Figures asked={asked} />}
        onOpen={setShown}
        exportPath="/survey-results/export"
        empty={{ title: say('empty'), hint: say('empty.hint') }}
      />
      <Drawer open={shown !== null} onClose={() => setShown(null)} title={say('detail.title')} size={480} destroyOnHidden>
        {shown && <Detail result={shown} />}
      </Drawer>
    </>
  )
}

function Detail({ result }: { result: SurveyResult }) {
  const say = resultWords.useWords()
  const names = useAgentNames()
  const groups = useChoices('group')
  // The call began before the survey did, and not longer ago than calls last.
  const calls = new URLSearchParams({ number: result.customer_number, from: String(result.at - 240 * MINUTE_MS), to: String(result.at + MINUTE_MS) })
  return (
    <>
      <p>
        <DialNumber number={result.customer_number} />
      </p>
      <p className="quiet">
        <TimeText at={result.at} /> · {groups.nameOf(result.group_id)} · {result.agent_id && names([result.agent_id])}
      </p>
      <CallSurveys id={result.call_id} />
      <p>
        <Link to={`/calls?${calls.toString()}`}>{say('detail.calls')}</Link>
      </p>
    </>
  )
}

function useFilters(): Filter[] {
  const say = resultWords.useWords()
  const surveys = useChoices('survey')
  const groups = useChoices('group')
  const agents = useChoices('agent')
  return [
    { key: 'dates', label: say('filter.dates'), control: 'dates' },
    ...(surveys.allowed ? [{ key: 'survey_id', label: say('survey'), control: 'select' as const, options: surveys.items }] : []),
    { key: 'group_id', label: say('group'), control: 'select', options: groups.items },
    { key: 'agent_id', label: say('agent'), control: 'select', options: agents.items },
    { key: 'low', label: say('filter.low'), control: 'select', options: [{ value: 'true', label: say('filter.low.only') }] },
  ]
}

function useColumns(): Column<SurveyResult>[] {
  const say = resultWords.useWords()
  const groups = useChoices('group')
  const surveys = useChoices('survey')
  const names = useAgentNames()
  const state = ({ complete, answers }: SurveyResult): string => say(complete ? 'state.complete' : answers.length > 0 ? 'state.part' : 'state.none')
  return [
    { key: 'time', title: say('time'), width: 150, render: (one) => <TimeText at={one.at} /> },
    { key: 'group', title: say('group'), render: (one) => groups.nameOf(one.group_id || null) },
    { key: 'agent', title: say('agent'), render: (one) => (one.agent_id ? names([one.agent_id]) : '—') },
    { key: 'customer', title: say('customer'), render: (one) => <PhoneNumber number={one.customer_number} /> },
    { key: 'survey', title: say('survey'), render: (one) => surveys.nameOf(one.survey_id), hidden: true },
    { key: 'answers', title: say('answers'), render: (one) => <span className="figures">{one.answers.map((answer) => answer.score ?? answer.key).join(' · ') || '—'}</span> },
    { key: 'average', title: say('average'), align: 'right', render: (one) => <span className="figures">{one.average?.toFixed(1) ?? '—'}</span> },
    { key: 'state', title: say('state'), render: state },
    { key: 'low', title: say('low'), width: 80, render: (one) => one.low && <Tag color="error">{say('low')}</Tag> },
  ]
}
