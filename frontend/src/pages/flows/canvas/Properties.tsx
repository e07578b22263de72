import { DeleteOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from 'react'
import { Choose } from '@/parts/fields/Choose'
import { flowWords } from '../locale'
import type { FlowNode } from '../parts/document'
import { kindText, outcomeText } from '../parts/words'
import { FieldOf } from './fields/FieldOf'
import { JsonField } from './fields/JsonField'
import { Grouped, Labelled } from './fields/Labelled'
import { ValuesField } from './fields/ValuesField'
import { isKnown, kindOf, shownWays } from './kinds'
import { connected, replaced, type Drawn } from './operations'
import { useFlow, useFlowStore } from './store'
import { removeSelected } from './useCanvasKeys'

export interface PropertiesPanel {
  focus: () => void
}

/** Enter would submit the form of the whole record. */
const noSubmit = (event: KeyboardEvent): void => {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault()
}

/** What is selected, as a form: a node, several, or the flow itself. */
export function Properties({ panel }: { panel: Ref<PropertiesPanel> }) {
  const box = useRef<HTMLDivElement>(null)
  useImperativeHandle(panel, () => ({ focus: () => box.current?.querySelector<HTMLElement>('input, textarea')?.focus() }))
  const selected = useFlow((state) => state.selected)
  const [id] = selected
  return (
    <div className="flow-properties" ref={box} onKeyDown={noSubmit}>
      {selected.size > 1 ? <Several count={selected.size} /> : id === undefined ? <OfFlow /> : <OfNode key={id} id={id} />}
    </div>
  )
}

function Several({ count }: { count: number }) {
  const say = flowWords.useWords()
  const store = useFlowStore()
  return (
    <>
      <h3>{say('selected.count', { count })}</h3>
      <Button danger icon={<DeleteOutlined />} onClick={() => removeSelected(store.getState())}>
        {say('tool.delete')}
      </Button>
    </>
  )
}

function OfNode({ id }: { id: string }) {
  const say = flowWords.useWords()
  const store = useFlowStore()
  const node = useFlow((state) => state.document.nodes[id])
  const starts = useFlow((state) => state.document.start === id)
  if (node === undefined) return null
  /** about: what is being typed; typing on in the same field is one step back. */
  const put = (next: FlowNode, about?: string): void => {
    const { document, change } = store.getState()
    change(replaced(document, id, next), about && `${id} ${about}`)
  }
  const start = (): void => {
    const { document, change } = store.getState()
    change({ ...document, start: id })
  }
  return (
    <>
      <h3>
        {kindText(node.kind ?? '', say)} <code className="quiet">{id}</code>
      </h3>
      <Labelled label={say('node.label')}>{(field) => <Input id={field} maxLength={200} value={node.label ?? ''} onChange={(event) => put({ ...node, label: event.target.value }, 'label')} />}</Labelled>
      {isKnown(node) ? (
        kindOf(node).fields.map((field) => <FieldOf key={field.name} node={node} field={field} onChange={(next) => put(next, field.name)} />)
      ) : (
        <JsonField node={node} onChange={(next) => put(next)} />
      )}
      <WaysOut id={id} node={node} />
      <div className="row wrap">
        <Button size="small" disabled={starts || undefined} onClick={start}>
          {say(starts ? 'start.here' : 'start.make')}
        </Button>
        <Button size="small" danger icon={<DeleteOutlined />} onClick={() => removeSelected(store.getState())}>
          {say('tool.delete')}
        </Button>
      </div>
    </>
  )
}

/** Every way out and where it leads, chosen by name: what the mouse draws, for the keyboard. */
function WaysOut({ id, node }: { id: string; node: FlowNode }) {
  const say = flowWords.useWords()
  const shown = shownWays(node)
  const ways = [...shown, ...kindOf(node).ways(node).optional.filter((way) => !shown.includes(way))]
  if (ways.length === 0) return null
  return (
    <Grouped label={say('ways')}>
      {ways.map((way) => (
        <WayOut key={way} id={id} way={way} target={node.edges?.[way]} />
      ))}
    </Grouped>
  )
}

const CLOSED: Drawn['nodes'] = {}

function WayOut({ id, way, target }: { id: string; way: string; target: string | undefined }) {
  const say = flowWords.useWords()
  const store = useFlowStore()
  const [open, setOpen] = useState(false)
  // The list of all nodes is made for the one field that is open: a menu has fifteen, and a flow five hundred nodes.
  const nodes = useFlow((state) => (open ? state.document.nodes : CLOSED))
  const node = useFlow((state) => (target === undefined ? undefined : state.document.nodes[target]))
  const textOf = (one: string, { label, kind }: FlowNode): string => `${label || one} · ${kindText(kind ?? '', say)}`
  const options = Object.entries(nodes).map(([one, content]) => ({ value: one, label: textOf(one, content) }))
  const chosen = target === undefined || options.some((one) => one.value === target) ? [] : [{ value: target, label: node ? textOf(target, node) : `${target} · ${say('outline.gone')}` }]
  const put = (next: string | undefined): void => {
    const { document, change } = store.getState()
    change(connected(document, id, way, next ?? null))
  }
  return (
    <div className="flow-way" data-way={way}>
      <label htmlFor={`${id}-${way}`}>{outcomeText(way, say)}</label>
      <Select<string>
        id={`${id}-${way}`}
        size="small"
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        status={target !== undefined && node === undefined ? 'error' : undefined}
        placeholder={say('way.nowhere')}
        popupMatchSelectWidth={280}
        value={target}
        options={[...chosen, ...options]}
        open={open}
        onOpenChange={setOpen}
        onChange={put}
      />
    </div>
  )
}

/** The flow as a whole: where it begins and what it begins with. */
function OfFlow() {
  const say = flowWords.useWords()
  const store = useFlowStore()
  const document = useFlow((state) => state.document)
  const set = (name: string, value: unknown): void => store.getState().change({ ...document, [name]: value }, name)
  const starts = Object.entries(document.nodes).map(([id, { label }]) => ({ value: id, label: label || id }))
  return (
    <>
      <h3>{say('flow.whole')}</h3>
      <p className="quiet">{say('flow.hint')}</p>
      <Labelled label={say('flow.start')}>
        {(id) => <Select<string> id={id} showSearch={{ optionFilterProp: 'label' }} value={document.start || undefined} options={starts} onChange={(start) => set('start', start)} />}
      </Labelled>
      <Labelled label={say('flow.language')}>
        {(id) => (
          <Select<string>
            id={id}
            value={document.language_default === 'en' ? 'en' : 'zh-CN'}
            options={(['zh-CN', 'en'] as const).map((one) => ({ value: one, label: say(`prompt.${one}`) }))}
            onChange={(language) => set('language_default', language)}
          />
        )}
      </Labelled>
      <Labelled label={say('flow.fallback')}>
        {(id) => <Choose id={id} kind="group" allowClear placeholder={say('flow.fallback.none')} value={document.fallback_group_id as string | null} onChange={(group) => set('fallback_group_id', group)} />}
      </Labelled>
      <ValuesField label={say('flow.variables')} value={document.variables} onChange={(values) => set('variables', values)} />
    </>
  )
}
