import { CheckCircleFilled, CloseCircleFilled, WarningFilled } from '@ant-design/icons'
import type { FlowProblem } from '@/api/types'
import { flowWords } from '../locale'
import type { TextProblem } from './check'

interface Props {
  found: readonly TextProblem[]
  /** What the server's rules for publishing say; null while they could not be asked. */
  server: readonly FlowProblem[] | null
  /** Goes to a place in the text; null where no text is shown. */
  goto: ((offset: number) => void) | null
  gotoNode: (node: string) => void
}

/** What is wrong, line by line; choosing one goes there. */
export function Problems({ found, server, goto, gotoNode }: Props) {
  const say = flowWords.useWords()
  return (
    <>
      {found.length + (server?.length ?? 0) === 0 && (
        <p role="status">
          <CheckCircleFilled style={{ color: 'var(--ready)' }} aria-hidden /> {say('problems.none')}
        </p>
      )}
      <ul className="flow-problems" aria-live="polite">
        {found.map((problem) => (
          <li key={`${problem.from}${problem.word}${problem.params.name ?? ''}`}>
            <button type="button" onClick={() => (goto === null ? gotoNode(problem.node) : goto(problem.from))}>
              <span className={problem.severity} aria-hidden>
                {problem.severity === 'error' ? <CloseCircleFilled /> : <WarningFilled />}
              </span>
              <span>{say(problem.word, problem.params)}</span>
              <span className="quiet">{goto === null ? problem.node || say('document') : say('line', { line: problem.line })}</span>
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
                  <span>{problem.severity === 'warning' ? `${say('problems.warning')} · ${problem.detail}` : problem.detail}</span>
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
