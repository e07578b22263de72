import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { App } from 'antd'
import { useEffect, useEffectEvent, useRef } from 'react'
import { Link } from 'react-router'
import { queryClient } from '@/api/queries'
import { useMay } from '@/api/session'
import { serverNow } from '@/live/clock'
import { living } from '@/live/entities'
import { useEntities } from '@/live/useLive'
import { listResults, RESULTS } from '@/pages/survey-results/api'
import { useAgentNames, useChoices } from '@/parts/fields/choices'
import { TimeText } from '@/parts/TimeText'
import { wallWords } from '../locale'

const SHOWN = 5

/** Who was judged badly today, for those who may read results; a new one is told at once. */
export function LowAnswers() {
  return useMay('surveys.results') ? <Today /> : null
}

function Today() {
  const say = wallWords.useWords()
  const names = useAgentNames()
  const groups = useChoices('group')
  useNotice()
  const from = new Date(serverNow()).setHours(0, 0, 0, 0)
  const asked = { from, low: 'true', limit: SHOWN }
  const found = useQuery({ queryKey: [RESULTS, 'low', from], queryFn: () => listResults(asked), placeholderData: keepPreviousData })
  const rows = found.data?.items ?? []
  return (
    <section className="wall-panel" aria-label={say('low.title')}>
      <div className="row">
        <h2 className="grow">{say('low.title')}</h2>
        <Link to={`/survey-results?low=true&from=${from}`}>{say('low.all')}</Link>
      </div>
      {found.isSuccess && rows.length === 0 && <span className="quiet">{say('low.none')}</span>}
      <ul className="wall-low">
        {rows.map((row) => (
          <li key={row.result_id}>
            <b>{row.average?.toFixed(1) ?? '—'}</b>
            <span className="grow cut">{row.agent_id ? names([row.agent_id]) : '—'}</span>
            <span className="quiet cut">{groups.nameOf(row.group_id || null)}</span>
            <TimeText at={row.at} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Tells of each low answer that comes while the wall is open, and has the list read again. */
function useNotice(): void {
  const say = wallWords.useWords()
  const names = useAgentNames()
  const { notification } = App.useApp()
  const lows = living(useEntities(), 'low_answer')
  const told = useRef(new Set(lows.map((low) => low.result_id)))
  const tell = useEffectEvent((): void => {
    const fresh = lows.filter((low) => !told.current.has(low.result_id))
    for (const low of fresh) {
      told.current.add(low.result_id)
      notification.warning({ title: say('low.notice', { agent: low.agent_id ? names([low.agent_id]) : '—' }), placement: 'bottomRight' })
    }
    if (fresh.length > 0) void queryClient.invalidateQueries({ queryKey: [RESULTS] })
  })
  useEffect(() => tell(), [lows.length])
}
