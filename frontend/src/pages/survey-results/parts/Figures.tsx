import '../results.css'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import type { SurveyFigures } from '@/api/types'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { readFigures, RESULTS } from '../api'
import { resultWords } from '../locale'

type Question = SurveyFigures['questions'][number]

export const percent = (part: number, whole: number): string => (whole === 0 ? '—' : `${Math.round((part / whole) * 100)}%`)

/** What the results that the filters find come to. */
export function Figures({ asked }: { asked: Record<string, string> }) {
  const say = resultWords.useWords()
  const found = useQuery({ queryKey: [RESULTS, 'figures', asked], queryFn: () => readFigures(asked), placeholderData: keepPreviousData })
  if (found.isError) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />
  const figures = found.data
  const totals: [string, string][] = [
    [say('figures.asked'), figures ? String(figures.asked) : '—'],
    [say('figures.answered'), figures ? `${figures.answered} (${percent(figures.answered, figures.asked)})` : '—'],
    [say('figures.complete'), figures ? `${figures.complete} (${percent(figures.complete, figures.asked)})` : '—'],
    [say('average'), figures?.average?.toFixed(2) ?? '—'],
    [say('figures.low'), figures ? `${figures.low} (${percent(figures.low, figures.answered)})` : '—'],
  ]
  return (
    <section aria-label={say('figures.title')}>
      {figures && !figures.whole && <Alert type="warning" showIcon title={say('figures.not_whole', { count: figures.asked })} style={{ marginBottom: 12 }} />}
      <dl className="results-totals">
        {totals.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="results-questions">
        {figures?.questions.map((question) => (
          <Distribution key={`${question.survey_id} ${question.question_id}`} question={question} />
        ))}
      </div>
    </section>
  )
}

/** How often each key was pressed, as bars that are a table. */
function Distribution({ question }: { question: Question }) {
  const say = resultWords.useWords()
  return (
    <div className="results-question">
      <h3>
        {question.name} <span className="quiet">{say('figures.count', { count: question.answered })}</span>
        <b title={say('average')}>{question.average?.toFixed(2) ?? ''}</b>
      </h3>
      <table>
        <thead className="unseen">
          <tr>
            <th>{say('figures.choice')}</th>
            <th>{say('figures.share')}</th>
            <th>{say('figures.times')}</th>
          </tr>
        </thead>
        <tbody>
          {question.keys.map(({ key, label, count }) => (
            <tr key={key}>
              <td className="cut">{label ? `${key} ${label}` : say('figures.key', { key })}</td>
              <td>
                <div className="results-bar">
                  <i style={{ width: `${question.answered === 0 ? 0 : (count / question.answered) * 100}%` }} />
                </div>
              </td>
              <td>
                {count} <span className="quiet">{percent(count, question.answered)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
