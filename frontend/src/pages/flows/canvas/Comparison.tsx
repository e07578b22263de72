import { EditFilled, MinusCircleFilled, PlusCircleFilled } from '@ant-design/icons'
import { ReactFlowProvider } from '@xyflow/react'
import { useState } from 'react'
import { flowWords } from '../locale'
import { kindText, outcomeText } from '../parts/words'
import { Canvas } from './Canvas'
import { difference, type Change, type Difference } from './diff'
import type { Drawn } from './operations'
import { createFlowStore, FlowContext, useFlowStore, type Mark } from './store'

const TONES: Record<Change, Mark['tone']> = { added: 'good', removed: 'bad', changed: 'warn' }
const ICONS = { added: PlusCircleFilled, removed: MinusCircleFilled, changed: EditFilled }

/** Two versions in one drawing that can be looked at: what was added, removed and changed, told by word and sign. */
export function Comparison({ before, after }: { before: Drawn; after: Drawn }) {
  const say = flowWords.useWords()
  const [{ found, store }] = useState(() => {
    const found = difference(before, after)
    const marks = new Map([...found.nodes].map(([id, change]): [string, Mark] => [id, { tone: TONES[change], text: say(`diff.${change}`) }]))
    return { found, store: createFlowStore(found.document, { marks, edgeMarks: found.edges }) }
  })
  return (
    <FlowContext value={store}>
      <ReactFlowProvider>
        <div className="flow-comparison">
          <Canvas readOnly openProperties={() => undefined} openSearch={() => undefined} />
          <Changes found={found} />
        </div>
      </ReactFlowProvider>
    </FlowContext>
  )
}

function Changes({ found }: { found: Difference }) {
  const say = flowWords.useWords()
  const store = useFlowStore()
  const nodes = [...found.nodes].map(([id, change]) => {
    const node = found.document.nodes[id]
    return { key: id, id, change, text: `${kindText(node?.kind ?? '', say)} ${node?.label || id}` }
  })
  const ways = [...found.edges].map(([key, change]) => {
    const [id = '', way = '', target = ''] = key.split(' ')
    return { key, id, change, text: `${found.document.nodes[id]?.label || id} · ${outcomeText(way, say)} → ${found.document.nodes[target]?.label || target}` }
  })
  if (nodes.length + ways.length === 0) return <p role="status">{say('diff.none')}</p>
  return (
    <ul className="flow-problems">
      {[...nodes, ...ways].map(({ key, id, change, text }) => {
        const Icon = ICONS[change]
        return (
          <li key={key}>
            <button type="button" data-change={change} onClick={() => store.getState().show(id)}>
              <span className={`flow-change ${TONES[change]}`} aria-hidden>
                <Icon />
              </span>
              <span>{text}</span>
              <span className="quiet">{say(`diff.${change}`)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
