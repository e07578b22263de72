import { applyNodeChanges, MarkerType, Position, type Edge, type Node, type NodeChange } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { FlowNode } from '../parts/document'
import { edgeId, type Change } from './diff'
import { HEAD, heightOf, ROW, rowsOf, WIDTH } from './geometry'
import { placed, type Place } from './operations'
import { pinned, placeOf, useFlow, useFlowStore, type FlowState } from './store'

const HANDLE = 12
/** What the library carries for us: the rows that a node's handles were reckoned from. */
type Box = Node<{ rows: string }>

/** Where ways leave and enter a node, known before it is drawn: a way into what is out of sight is drawn too. */
const handlesOf = (node: FlowNode): Node['handles'] => [
  { type: 'target', id: null, position: Position.Left, x: -HANDLE / 2, y: (HEAD - HANDLE) / 2, width: HANDLE, height: HANDLE },
  ...rowsOf(node).map((way, row) => ({
    type: 'source' as const,
    id: way,
    position: Position.Right,
    x: WIDTH - HANDLE / 2,
    y: HEAD + row * ROW + (ROW - HANDLE) / 2,
    width: HANDLE,
    height: HANDLE,
  })),
]

const shapes = new WeakMap<FlowNode, Pick<Box, 'handles' | 'width' | 'height' | 'measured' | 'data'>>()

function shapeOf(node: FlowNode) {
  const known = shapes.get(node)
  if (known) return known
  const made = { data: { rows: rowsOf(node).join(' ') }, handles: handlesOf(node), width: WIDTH, height: heightOf(node), measured: { width: WIDTH, height: heightOf(node) } }
  shapes.set(node, made)
  return made
}

/** The nodes as the canvas library wants them; what did not change stays the same object, so that it is not drawn anew. */
function reconciled(held: readonly Box[], { document, auto, selected }: FlowState): Box[] {
  const before = new Map(held.map((one) => [one.id, one]))
  return Object.entries(document.nodes).map(([id, node]) => {
    const old = before.get(id)
    const position = placeOf({ document, auto }, id)
    const shape = shapeOf(node)
    const same = old?.position.x === position.x && old.position.y === position.y
    if (old && same && old.selected === selected.has(id) && old.data.rows === shape.data.rows) return old
    return { ...old, ...shape, id, type: 'node', position, selected: selected.has(id) }
  })
}

const waysOf = new WeakMap<FlowNode, Edge[]>()

function edgesOf(id: string, node: FlowNode): Edge[] {
  const known = waysOf.get(node)
  if (known) return known
  const made = Object.entries(node.edges ?? {}).map(([way, target]) => ({
    id: edgeId(id, way, target),
    source: id,
    sourceHandle: way,
    target,
    type: target === id ? 'loop' : 'default',
    ariaLabel: `${id} ${way} → ${target}`,
    markerEnd: { type: MarkerType.ArrowClosed },
  }))
  waysOf.set(node, made)
  return made
}

const SIGNS: Record<Change, string> = { added: '+', removed: '−', changed: '≠' }

function dressed(edge: Edge, chosen: string | null, change: Change | undefined): Edge {
  if (edge.id !== chosen && change === undefined) return edge
  return { ...edge, selected: edge.id === chosen, ...(change && { className: `flow-edge-${change}`, label: SIGNS[change] }) }
}

export interface Drawing {
  nodes: Box[]
  edges: Edge[]
  onNodesChange: (changes: NodeChange<Box>[]) => void
  /** Writes down where the nodes stand, once they are let go. */
  settle: (moved: readonly Box[]) => void
}

/** The document as nodes and edges of the canvas library. Moves live here until the mouse lets go; everything else in the store. */
export function useDrawing(): Drawing {
  const store = useFlowStore()
  const [nodes, setNodes] = useState(() => reconciled([], store.getState()))
  useEffect(() => {
    const follow = (now: FlowState, before?: FlowState): void => {
      if (now.document.nodes === before?.document.nodes && now.auto === before.auto && now.selected === before.selected) return
      setNodes((held) => reconciled(held, now))
    }
    follow(store.getState())
    return store.subscribe(follow)
  }, [store])

  const onNodesChange = useCallback(
    (changes: NodeChange<Box>[]): void => {
      setNodes((held) => applyNodeChanges(changes, held))
      const picks = changes.filter((one) => one.type === 'select')
      if (picks.length === 0) return
      const next = new Set(store.getState().selected)
      for (const { id, selected } of picks) {
        if (selected) next.add(id)
        else next.delete(id)
      }
      store.getState().select(next)
    },
    [store],
  )
  const settle = useCallback(
    (moved: readonly Box[]): void => {
      const state = store.getState()
      const places = new Map<string, Place>(moved.map((one) => [one.id, one.position]))
      state.change(placed(pinned(state), places))
    },
    [store],
  )
  return { nodes, edges: useEdges(), onNodesChange, settle }
}

function useEdges(): Edge[] {
  const nodes = useFlow((state) => state.document.nodes)
  const chosen = useFlow((state) => state.edge)
  const marks = useFlow((state) => state.edgeMarks)
  return useMemo(
    () =>
      Object.entries(nodes)
        .flatMap(([id, node]) => edgesOf(id, node))
        .filter((edge) => edge.target in nodes)
        .map((edge) => dressed(edge, chosen, marks.get(edge.id))),
    [nodes, chosen, marks],
  )
}
