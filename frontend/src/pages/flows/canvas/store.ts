import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Change } from './diff'
import { missingPlaces } from './layout'
import { atOf, placed, type Drawn, type Place } from './operations'

/** A word on a node that others set: where a simulated call is, how many came by, what a comparison found. */
export interface Mark {
  tone: 'good' | 'bad' | 'warn' | 'info'
  text: string
}
export type Marks = ReadonlyMap<string, Mark>

export interface NodeProblem {
  severity: 'error' | 'warning'
  text: string
}

const HISTORY = 200
const NONE: ReadonlySet<string> = new Set()

export interface FlowState {
  document: Drawn
  past: readonly Drawn[]
  future: readonly Drawn[]
  /** What the last change was about; the next one about the same is one with it (typing a word is one step back). */
  topic: string | null
  /** Places of nodes whose own are not in the document. */
  auto: ReadonlyMap<string, Place>
  selected: ReadonlySet<string>
  /** The way that is selected, by `edgeId`. */
  edge: string | null
  problems: ReadonlyMap<string, NodeProblem>
  marks: Marks
  edgeMarks: ReadonlyMap<string, Change>
  /** The node to bring into sight; `turn` makes the same one count again. */
  sight: { id: string; turn: number } | null

  change: (document: Drawn, topic?: string) => void
  /** A document from elsewhere (the text, a version, a file): a step like others. */
  replace: (document: Drawn, topic?: string) => void
  undo: () => void
  redo: () => void
  select: (ids: Iterable<string>) => void
  selectEdge: (edge: string | null) => void
  /** Selects a node and brings it into sight. */
  show: (id: string) => void
  setProblems: (problems: ReadonlyMap<string, NodeProblem>) => void
  setMarks: (marks: Marks) => void
}

export type FlowStore = StoreApi<FlowState>

export function createFlowStore(document: Drawn, marked: { marks?: Marks; edgeMarks?: ReadonlyMap<string, Change> } = {}): FlowStore {
  return createStore<FlowState>()((set, get) => {
    const kept = ({ selected, edge }: FlowState, next: Drawn): Partial<FlowState> => {
      const left = [...selected].filter((id) => id in next.nodes)
      return { selected: left.length === selected.size ? selected : new Set(left), edge }
    }
    return {
      document,
      past: [],
      future: [],
      topic: null,
      auto: missingPlaces(document),
      selected: NONE,
      edge: null,
      problems: new Map(),
      marks: marked.marks ?? new Map(),
      edgeMarks: marked.edgeMarks ?? new Map(),
      sight: null,

      change: (next, topic) =>
        set((held) => {
          if (next === held.document) return held
          const same = topic !== undefined && topic === held.topic
          const past = same ? held.past : [...held.past, held.document].slice(-HISTORY)
          return { document: next, past, future: [], topic: topic ?? null, ...kept(held, next) }
        }),
      replace: (next, topic) => {
        // What earlier steps were laid out with is kept for going back to them.
        set(({ auto }) => ({ auto: new Map([...auto, ...missingPlaces(next)]) }))
        get().change(next, topic)
      },
      undo: () =>
        set((held) => {
          const before = held.past.at(-1)
          if (before === undefined) return held
          return { document: before, past: held.past.slice(0, -1), future: [held.document, ...held.future], topic: null, ...kept(held, before) }
        }),
      redo: () =>
        set((held) => {
          const [next, ...future] = held.future
          if (next === undefined) return held
          return { document: next, past: [...held.past, held.document], future, topic: null, ...kept(held, next) }
        }),
      select: (ids) =>
        set((held) => {
          const next = new Set(ids)
          const same = next.size === held.selected.size && [...next].every((id) => held.selected.has(id))
          return same ? held : { selected: next, edge: null, topic: null }
        }),
      selectEdge: (edge) => set(edge === null ? { edge } : { edge, selected: NONE, topic: null }),
      show: (id) => set((held) => (id in held.document.nodes ? { selected: new Set([id]), edge: null, topic: null, sight: { id, turn: (held.sight?.turn ?? 0) + 1 } } : held)),
      setProblems: (problems) => set({ problems }),
      setMarks: (marks) => set({ marks }),
    }
  })
}

/** Where a node stands: its own place, else the one that the layout gave it. */
export function placeOf({ document, auto }: Pick<FlowState, 'document' | 'auto'>, id: string): Place {
  const node = document.nodes[id]
  return (node && atOf(node)) ?? auto.get(id) ?? { x: 0, y: 0 }
}

/** The document with every place written down: once one node has been moved, the others must not be laid out anew around it. */
export function pinned({ document, auto }: Pick<FlowState, 'document' | 'auto'>): Drawn {
  const lost = Object.entries(document.nodes).flatMap(([id, node]): [string, Place][] => (atOf(node) === null ? [[id, auto.get(id) ?? { x: 0, y: 0 }]] : []))
  return lost.length === 0 ? document : placed(document, new Map(lost))
}

export const FlowContext = createContext<FlowStore | null>(null)

export function useFlowStore(): FlowStore {
  const store = useContext(FlowContext)
  if (store === null) throw new Error('a part of the flow editor outside of it')
  return store
}

export const useFlow = <T,>(choose: (state: FlowState) => T): T => useStore(useFlowStore(), choose)
