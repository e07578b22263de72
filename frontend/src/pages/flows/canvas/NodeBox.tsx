import { CloseCircleFilled, WarningFilled } from '@ant-design/icons'
import { Handle, Position, type NodeProps } from '@xyflow/react'
import { memo, useContext } from 'react'
import { useChoices } from '@/parts/fields/choices'
import { locale } from '@/app/i18n'
import { flowWords } from '../locale'
import type { FlowNode } from '../parts/document'
import { kindText, outcomeText } from '../parts/words'
import { MORE, rowsOf } from './geometry'
import { kindOf, START_ICON, type Field } from './kinds'
import { RenderCount } from './renders'
import { useFlow } from './store'

/** One node on the canvas. It hears of its own part of the document alone, so that a change elsewhere does not draw it anew. */
export const NodeBox = memo(function NodeBox({ id, selected }: NodeProps) {
  const node = useFlow((state) => state.document.nodes[id])
  const starts = useFlow((state) => state.document.start === id)
  useContext(RenderCount)(id)
  if (node === undefined) return null
  return (
    <div className="flow-node" data-node={id} data-kind={node.kind} data-section={kindOf(node).section} data-selected={selected}>
      <Handle type="target" position={Position.Left} className="flow-in" />
      <Head id={id} node={node} starts={starts} />
      <ul>
        {rowsOf(node).map((way) => (
          <Way key={way} way={way} leads={way in (node.edges ?? {})} />
        ))}
      </ul>
      <MarkOf id={id} />
    </div>
  )
})

function Head({ id, node, starts }: { id: string; node: FlowNode; starts: boolean }) {
  const say = flowWords.useWords()
  const problem = useFlow((state) => state.problems.get(id))
  const Icon = kindOf(node).icon
  const name = node.label || id
  const text = kindText(node.kind ?? '', say)
  return (
    <header>
      <span className="flow-node-icon" aria-hidden>
        <Icon />
      </span>
      <span className="flow-node-name cut" title={name}>
        {name}
      </span>
      {starts && (
        <span className="flow-node-start" title={say('start.here')}>
          <START_ICON aria-label={say('start.here')} />
        </span>
      )}
      {problem && (
        <span className={`flow-node-problem ${problem.severity}`} title={problem.text} data-problem={problem.severity}>
          {problem.severity === 'error' ? <CloseCircleFilled aria-label={problem.text} /> : <WarningFilled aria-label={problem.text} />}
        </span>
      )}
      <span className="flow-node-summary cut" title={text}>
        {text}
        <Summary node={node} />
      </span>
    </header>
  )
}

function Way({ way, leads }: { way: string; leads: boolean }) {
  const say = flowWords.useWords()
  const text = way === MORE ? say('way.more') : outcomeText(way, say)
  return (
    <li className={way === MORE ? 'quiet' : undefined} data-way={way} data-leads={leads}>
      <span className="cut" title={text}>
        {text}
      </span>
      <Handle type="source" position={Position.Right} id={way} title={text} />
    </li>
  )
}

function MarkOf({ id }: { id: string }) {
  const mark = useFlow((state) => state.marks.get(id))
  return mark === undefined ? null : <span className={`flow-mark ${mark.tone}`}>{mark.text}</span>
}

/** What a node says or where it hands over, in a few words. */
function Summary({ node }: { node: FlowNode }) {
  const target = kindOf(node).fields.find((field): field is Field & { type: 'choose' } => field.type === 'choose' && Boolean(node[field.name]))
  if (target) return <TargetName field={target} id={String(node[target.name])} />
  const words = firstWords(node) || (typeof node.number === 'string' ? node.number : '')
  return words === '' ? null : <> · {words}</>
}

function TargetName({ field, id }: { field: Field & { type: 'choose' }; id: string }) {
  return <> · {useChoices(field.from).nameOf(id)}</>
}

function firstWords({ prompts }: FlowNode): string {
  if (!Array.isArray(prompts)) return ''
  const texts = (prompts as { texts?: Partial<Record<string, string>> }[]).map((one) => one.texts?.[locale()] || Object.values(one.texts ?? {}).find(Boolean))
  return texts.find(Boolean) ?? ''
}
