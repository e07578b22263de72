import { useQuery } from '@tanstack/react-query'
import { Tag } from 'antd'
import type { CallSurvey } from '@/api/types'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { callSurveys } from '../api'
import { callsWords } from '../locale'

/** What the customer was asked after the call, and what he answered; nothing when he was not asked. */
export function CallSurveys({ id }: { id: string }) {
  const surveys = useQuery({ queryKey: ['call-surveys', id], queryFn: () => callSurveys(id) })
  if (surveys.isError) return <ErrorNotice error={surveys.error} retry={() => void surveys.refetch()} />
  return surveys.data?.items.map((survey) => <Answers key={survey.began_at} survey={survey} />)
}

function Answers({ survey }: { survey: CallSurvey }) {
  const say = callsWords.useWords()
  const missing = survey.asked - survey.answers.length
  return (
    <section aria-label={say('survey')}>
      <h3>
        {say('survey')} <span className="quiet">{survey.name}</span>
      </h3>
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {survey.answers.map((answer) => (
          <li key={answer.question_id}>
            {answer.name}
            {': '}
            <b>{answer.label || say('survey.key', { key: answer.key })}</b>{' '}
            {answer.score !== null && <span className="figures quiet">{say('survey.score', { score: answer.score })}</span>}{' '}
            {answer.low && <Tag color="error">{say('survey.low')}</Tag>}
          </li>
        ))}
      </ul>
      {missing > 0 && <p className="quiet">{say('survey.missing', { count: missing })}</p>}
    </section>
  )
}
