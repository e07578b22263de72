import { CheckCircleFilled, CloseCircleFilled, WarningFilled } from '@ant-design/icons'
import type { FlowProblem } from '@/api/types'
import { flowWords } from '../locale'
import type { TextProblem } from './check'

interface Props {
  found: readonly TextProblem[]
  /** What the server's check of the stored draft said; null when it has not been asked. */
  server: readonly FlowProblem[] | null
  goto: (offset: number) => void
  gotoNode: (node: string) => void
}

/** What is wrong, line by line; choosing one goes there. */
export function Problems({ found, server, goto, gotoNode }: Props) {
  const say = flowWords.useWords()
  return (
    <>
      {found.length === 0 && (
        <p role="status">
          <CheckCircleFilled style={{ color: 'var(--ready)' }} aria-hidden /> {say('problems.none')}
        </p>
      )}
      <ul className="flow-problems" aria-live="polite">
        {found.map((problem) => (
          <li key={`${problem.from}${problem.word}${problem.params.name ?? ''}`}>
            <button type="button" onClick={() => goto(problem.from)}>
              <span className={problem.severity} aria-hidden>
                {problem.severity === 'error' ? <CloseCircleFilled /> : <WarningFilled />}
              </span>
              <span>{say(problem.word, problem.params)}</span>
              <span className="quiet">{say('line', { line: problem.line })}</span>
            </button>
          </li>
        ))}
      </ul>
      {server !== null && server.length > 0 && (
        <>
          <h3 style={{ fontSize: 14, margin: '14px 0 4px' }}>{say('problems.server')}</h3>
          <ul className="flow-problems">
            {server.map((problem) => (
              <li key={`${problem.node}${problem.code}${problem.detail}`}>
                <button type="button" onClick={() => problem.node && gotoNode(problem.node)}>
                  <span className="warning" aria-hidden>
                    <WarningFilled />
                  </span>
                  <span>{problem.detail}</span>
                  <span className="quiet">{problem.node || say('document')}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
