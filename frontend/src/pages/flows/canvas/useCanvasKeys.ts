import { useReactFlow } from '@xyflow/react'
import { useRef, type KeyboardEvent } from 'react'
import { connected, without } from './operations'
import { useFlowStore, type FlowState, type FlowStore } from './store'
import { walked, type Direction } from './walk'

interface Options {
  readOnly: boolean
  openProperties: () => void
  openSearch: () => void
}

interface CanvasKeys {
  onKeyDown: (event: KeyboardEvent) => void
}

const ARROWS: readonly string[] = ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown']

/** Takes away what is selected: nodes, or a way. */
export function removeSelected({ document, selected, edge, change, selectEdge }: FlowState): void {
  if (selected.size > 0) change(without(document, selected))
  const way = edge === null ? undefined : edge.split(' ')
  if (way?.[0] !== undefined && way[1] !== undefined) {
    change(connected(document, way[0], way[1], null))
    selectEdge(null)
  }
}

/** Everything that the canvas does by keyboard, but for the clipboard. */
export function useCanvasKeys({ readOnly, openProperties, openSearch }: Options): CanvasKeys {
  const store = useFlowStore()
  const { fitView } = useReactFlow()
  const walk = useWalk(store)
  const edits = (key: string, event: KeyboardEvent): (() => void) | undefined => {
    const state = store.getState()
    if (key === 'Delete' || key === 'Backspace') return () => removeSelected(state)
    if (key === 'mod+z') return event.shiftKey ? state.redo : state.undo
    if (key === 'mod+y') return state.redo
    return undefined
  }
  const looks = (key: string): (() => void) | undefined => {
    const state = store.getState()
    if (ARROWS.includes(key)) return () => walk(key as Direction)
    if (key === 'Enter') return openProperties
    if (key === 'Escape') return () => state.select([])
    if (key === 'mod+a') return () => state.select(Object.keys(state.document.nodes))
    // `/` finds the search field on every page.
    if (key === 'mod+f') return openSearch
    if (key === '0') return () => void fitView({ padding: 0.15, maxZoom: 1 })
    return undefined
  }
  return {
    onKeyDown: (event) => {
      if (event.altKey || event.target !== event.currentTarget) return
      const name = event.key.length === 1 ? event.key.toLowerCase() : event.key
      const key = event.ctrlKey || event.metaKey ? `mod+${name}` : name
      const act = looks(key) ?? (readOnly ? undefined : edits(key, event))
      if (act === undefined) return
      event.preventDefault()
      act()
    },
  }
}

/** Arrow keys along the ways; going back returns to where one came from. */
function useWalk(store: FlowStore): (direction: Direction) => void {
  const trail = useRef<string[]>([])
  return (direction) => {
    const { document, selected, show } = store.getState()
    const [from] = selected
    const next = walked(document, from, direction, trail.current.at(-1))
    if (next === null) return
    if (direction === 'ArrowRight' && from !== undefined) trail.current.push(from)
    else if (direction === 'ArrowLeft') trail.current.pop()
    show(next)
  }
}
