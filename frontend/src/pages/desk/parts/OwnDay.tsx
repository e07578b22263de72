import { useQuery } from '@tanstack/react-query'
import { session } from '@/api/session'
import type { OwnFigures } from '@/api/types'
import { useReasonText } from '@/bar/notReady'
import { duration } from '@/parts/format'
import { ownFigures } from '../api'
import { deskWords } from '../locale'
import { useAfterWork } from './useAfterWork'

const MINUTE_MS = 60_000

/** The agent's own day in a line. It keeps its place while it is read, and says nothing when it cannot be. */
export function OwnDay() {
  const say = deskWords.useWords()
  const username = session((state) => state.user?.username ?? '')
  const figures = useQuery({ queryKey: ['own-figures', username], queryFn: ownFigures, refetchInterval: MINUTE_MS }).data
  useAfterWork('own-figures')
  const facts: [string, string][] = [
    [say('day.calls'), figures ? String(figures.calls) : '—'],
    [say('day.talk'), duration(figures?.talk_s)],
    [say('day.wrap_up'), duration(figures?.wrap_up_s)],
    [say('day.ready'), duration(figures?.ready_s)],
    [say('day.not_ready'), duration(figures?.not_ready_s)],
    [say('day.survey'), judged(figures, say)],
  ]
  const reasons = useReasons(figures)
  return (
    <dl className="desk-day" aria-label={say('day.title')}>
      {facts.map(([term, value]) => (
        <div key={term} title={term === say('day.not_ready') ? reasons : undefined}>
          <dt>{term}</dt>
          <dd className="figures">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The average of today's surveys and how many there were. */
function judged(figures: OwnFigures | undefined, say: ReturnType<typeof deskWords.useWords>): string {
  if (!figures || figures.surveys === 0) return '—'
  return say('day.survey.of', { average: figures.survey_average?.toFixed(1) ?? '—', count: figures.surveys })
}

function useReasons(figures: OwnFigures | undefined): string {
  const text = useReasonText()
  return Object.entries(figures?.not_ready_reasons ?? {})
    .map(([code, seconds]) => `${text(code) || '—'} ${duration(seconds)}`)
    .join('\n')
}
