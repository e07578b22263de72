import '@xyflow/react/dist/style.css'
import './canvas.css'
import { Background, ConnectionMode, Controls, MiniMap, ReactFlow, SelectionMode, useReactFlow, type Connection, type Edge, type EdgeTypes, type NodeTypes } from '@xyflow/react'
import { useCallback, useEffect, useRef, type DragEvent } from 'react'
import { useThemeName } from '@/app/theme'
import { flowWords } from '../locale'
import { MORE, WIDTH } from './geometry'
import { nextWay } from './kinds'
import { Loop } from './Loop'
import { NodeBox } from './NodeBox'
import { added, connected } from './operations'
import { KIND_DRAGGED } from './Palette'
import { Spoken } from './Spoken'
import { pinned, placeOf, useFlow, useFlowStore } from './store'
import { useCanvasKeys } from './useCanvasKeys'
import { useClipboard } from './useClipboard'
import { useDrawing } from './useDrawing'

const NODES: NodeTypes = { node: NodeBox }
const EDGES: EdgeTypes = { loop: Loop }
const GRID: [number, number] = [8, 8]
const FIT = { padding: 0.15, maxZoom: 1 }

interface Props {
  readOnly: boolean
  /** Shows the properties of what is selected (Enter). */
  openProperties: () => void
  openSearch: () => void
}

/** The flow as a drawing that is worked on by mouse and by keyboard. One stop of the Tab key; the arrows walk inside. */
export function Canvas({ readOnly, openProperties, openSearch }: Props) {
  const say = flowWords.useWords()
  const store = useFlowStore()
  const dark = useThemeName() === 'dark'
  const { nodes, edges, onNodesChange, settle } = useDrawing()
  const box = useRef<HTMLDivElement>(null)
  const keys = useCanvasKeys({ readOnly, openProperties, openSearch })
  useClipboard(box, readOnly)
  const connect = useConnect()
  const drop = useDrop()
  useSight()
  return (
    <ReactFlow
      ref={box}
      className="flow-canvas"
      aria-label={say('canvas.label')}
      ariaLabelConfig={{ 'controls.zoomIn.ariaLabel': say('zoom.in'), 'controls.zoomOut.ariaLabel': say('zoom.out'), 'controls.fitView.ariaLabel': say('keys.fit') }}
      tabIndex={0}
      onPointerDownCapture={() => box.current?.focus({ preventScroll: true })}
      {...keys}
      onDragOver={(event) => event.dataTransfer.types.includes(KIND_DRAGGED) && !readOnly && event.preventDefault()}
      onDrop={readOnly ? undefined : drop}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODES}
      edgeTypes={EDGES}
      onNodesChange={onNodesChange}
      onNodeDragStop={(_event, _node, moved) => settle(moved)}
      onSelectionDragStop={(_event, moved) => settle(moved)}
      onEdgeClick={(_event, edge) => store.getState().selectEdge(edge.id)}
      onPaneClick={() => store.getState().selectEdge(null)}
      onNodeDoubleClick={openProperties}
      onConnect={connect.made}
      onReconnect={connect.moved}
      connectionMode={ConnectionMode.Strict}
      nodesDraggable={!readOnly}
      nodesConnectable={!readOnly}
      edgesReconnectable={!readOnly}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionMode={SelectionMode.Partial}
      multiSelectionKeyCode={['Meta', 'Control']}
      onlyRenderVisibleElements
      snapToGrid
      snapGrid={GRID}
      minZoom={0.1}
      maxZoom={1.75}
      fitView
      fitViewOptions={FIT}
      colorMode={dark ? 'dark' : 'light'}
      zoomOnDoubleClick={false}
      proOptions={{ hideAttribution: true }}
    >
      <Background gap={24} />
      <MiniMap pannable zoomable ariaLabel={say('canvas.minimap')} style={{ width: 116, height: 76 }} />
      <Controls showInteractive={false} fitViewOptions={FIT} aria-label={say('canvas.zoom')} />
      <Spoken />
    </ReactFlow>
  )
}

/** Connects by mouse: a way to a node, the handle for more as the next way; and moves the end of a way. */
function useConnect(): { made: (one: Connection) => void; moved: (old: Edge, one: Connection) => void } {
  const store = useFlowStore()
  return {
    made: ({ source, sourceHandle, target }) => {
      const { document, change } = store.getState()
      const node = document.nodes[source]
      const way = sourceHandle === MORE && node ? nextWay(node) : sourceHandle
      if (way !== null) change(connected(document, source, way, target))
    },
    moved: (old, { source, sourceHandle, target }) => {
      const { document, change } = store.getState()
      const loose = connected(document, old.source, old.sourceHandle ?? '', null)
      const way = sourceHandle === MORE ? (old.source === source ? (old.sourceHandle ?? null) : null) : sourceHandle
      if (way !== null) change(connected(loose, source, way, target))
    },
  }
}

/** A kind dragged from the palette becomes a node where it is let go. */
function useDrop(): (event: DragEvent) => void {
  const store = useFlowStore()
  const { screenToFlowPosition } = useReactFlow()
  return useCallback(
    (event) => {
      const kind = event.dataTransfer.getData(KIND_DRAGGED)
      if (kind === '') return
      event.preventDefault()
      const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY })
      const state = store.getState()
      const { document, id } = added(pinned(state), kind, { x: x - WIDTH / 2, y: y - 20 })
      state.change(document)
      state.select([id])
    },
    [store, screenToFlowPosition],
  )
}

/** Brings a node into sight when somebody asks for it. */
function useSight(): void {
  const store = useFlowStore()
  const sight = useFlow((state) => state.sight)
  const { setCenter, getZoom } = useReactFlow()
  useEffect(() => {
    if (sight === null) return
    const { x, y } = placeOf(store.getState(), sight.id)
    void setCenter(x + WIDTH / 2, y + 60, { zoom: Math.max(getZoom(), 0.75) })
  }, [store, sight, setCenter, getZoom])
}
