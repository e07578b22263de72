import { flowWords } from '../locale'
import { kindText, outcomeText } from '../parts/words'
import { useFlow } from './store'

/** What is selected, in words, for those who hear the canvas. */
export function Spoken() {
  const say = flowWords.useWords()
  const selected = useFlow((state) => state.selected)
  const nodes = useFlow((state) => state.document.nodes)
  const [id] = selected
  const node = id === undefined ? undefined : nodes[id]
  const words = (): string => {
    if (selected.size > 1) return say('selected.count', { count: selected.size })
    if (node === undefined) return ''
    const ways = Object.entries(node.edges ?? {}).map(([way, target]) => `${outcomeText(way, say)} → ${nodes[target]?.label || target}`)
    return [`${kindText(node.kind ?? '', say)} ${node.label || id || ''}`, ...ways].join('; ')
  }
  return (
    <p className="unseen" role="status">
      {words()}
    </p>
  )
}
