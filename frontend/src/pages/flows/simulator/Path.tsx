import { flowWords } from '../locale'
import { kindText, outcomeText } from '../parts/words'
import { simWords } from './locale'
import { inDraft, pathOf, type Step, type Visit } from './session'

/** The nodes that the call came through; one of the draft is shown on the canvas when it is pressed. */
export function Path({ steps, gotoNode }: { steps: readonly Step[]; gotoNode: (node: string) => void }) {
  const say = simWords.useWords()
  const path = pathOf(steps)
  return (
    <section aria-label={say('path')}>
      <h3>{say('path')}</h3>
      {path.length === 0 && <p className="quiet">{say('path.empty')}</p>}
      <ol className="flow-sim-path">
        {path.map((visit, place) => (
          <li key={place} data-visit={visit.node}>
            {inDraft(visit) ? (
              <button type="button" onClick={() => gotoNode(visit.node)}>
                <Text visit={visit} />
              </button>
            ) : (
              <Text visit={visit} />
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Text({ visit }: { visit: Visit }) {
  const say = simWords.useWords()
  const sayFlow = flowWords.useWords()
  return (
    <>
      {visit.label || visit.node} <span className="quiet">{kindText(visit.kind, sayFlow)}</span>
      {!inDraft(visit) && <span className="quiet"> · {say('elsewhere', { flow: visit.flow_id })}</span>}
      {visit.outcome !== '' && <b> → {outcomeText(visit.outcome, sayFlow)}</b>}
    </>
  )
}
