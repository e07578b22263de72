import { createStore, type StoreApi } from 'zustand/vanilla'
import type { SimulatedStep, SimulationDoing, SimulationSettings } from '@/api/types'

/** A step of the simulated call: what was done, what came of it, and the document that was walked. */
export interface Step {
  doing: SimulationDoing | null
  told: SimulatedStep
  text: string
}

export interface Session {
  settings: SimulationSettings
  steps: readonly Step[]
  busy: boolean
  error: unknown
  set: (settings: Partial<SimulationSettings>) => void
  /** Begins anew with the document as it is now. */
  start: (text: string) => Promise<void>
  go: (text: string, doing: SimulationDoing) => Promise<void>
  back: () => void
  /** Back to the settings. */
  close: () => void
}

export type SessionStore = StoreApi<Session>
type Walk = (text: string, settings: SimulationSettings, state: string, doing: SimulationDoing | null) => Promise<SimulatedStep>

export const FIRST_SETTINGS: SimulationSettings = { caller: '13800138000', dialled: '', at: null, local: null, time_zone: 'Asia/Shanghai', grade: 0, variables: {} }

/** A simulated call. It lives beside the document, so that it goes on where it was when one comes back to it. */
export function createSession(walk: Walk): SessionStore {
  return createStore<Session>()((set, get) => {
    // An answer to what has been taken back or begun anew is dropped.
    let turn = 0
    const step = async (held: readonly Step[], text: string, doing: SimulationDoing | null): Promise<void> => {
      const mine = ++turn
      set({ busy: true, error: null })
      try {
        const told = await walk(text, get().settings, held.at(-1)?.told.state ?? '', doing)
        if (mine === turn) set({ steps: [...held, { doing, told, text }], busy: false })
      } catch (error) {
        if (mine === turn) set({ error, busy: false })
      }
    }
    const drop = (steps: readonly Step[]): void => {
      turn += 1
      set({ steps, busy: false, error: null })
    }
    return {
      settings: FIRST_SETTINGS,
      steps: [],
      busy: false,
      error: null,
      set: (settings) => set((held) => ({ settings: { ...held.settings, ...settings } })),
      start: (text) => step([], text, null),
      go: (text, doing) => (get().busy ? Promise.resolve() : step(get().steps, text, doing)),
      back: () => drop(get().steps.slice(0, -1)),
      close: () => drop([]),
    }
  })
}

const KEYS = /^[0-9*#]+$/
type Listening = NonNullable<SimulatedStep['listening']>

/** What typed keys do at once, as at a telephone: one key in a menu, the key that ends, or as many as are wanted. Else they wait. */
export function typed(text: string, listening: Listening | null): SimulationDoing | null {
  if (listening === null || !KEYS.test(text)) return null
  const ends = listening.finish_on_key !== '' && text.endsWith(listening.finish_on_key)
  if (ends) return { does: 'keys', keys: text.slice(0, -1) }
  return text.length >= listening.num_digits ? { does: 'keys', keys: text } : null
}

/** What Enter does with what is typed. */
export function entered(text: string): SimulationDoing {
  if (text.trim() === '') return { does: 'silence' }
  return KEYS.test(text.trim()) ? { does: 'keys', keys: text.trim() } : { does: 'words', text }
}

export type Visit = SimulatedStep['visits'][number]

/** The nodes that the call came to, in order, each with the way by which it was left last. */
export function pathOf(steps: readonly Step[]): Visit[] {
  const path: Visit[] = []
  for (const visit of steps.flatMap((step) => step.told.visits)) {
    const open = visit.arrived ? -1 : path.findLastIndex((one) => one.node === visit.node && one.flow_id === visit.flow_id)
    const before = path[open]
    if (before === undefined) path.push(visit)
    else path[open] = { ...visit, arrived: true }
  }
  return path
}

export interface Variable {
  name: string
  value: string
  change: 'new' | 'altered' | null
}

/** The variables as they are now, with what the last step changed. */
export function variablesOf(steps: readonly Step[]): Variable[] {
  const now = steps.at(-1)?.told.variables ?? {}
  const before = steps.at(-2)?.told.variables ?? (steps.length === 1 ? now : {})
  const changeOf = (name: string): Variable['change'] => (!(name in before) ? 'new' : before[name] === now[name] ? null : 'altered')
  return Object.keys(now)
    .sort()
    .map((name) => ({ name, value: now[name] ?? '', change: changeOf(name) }))
}

/** Whether a step stands in the document that is being edited (and not in another flow that it called). */
export const inDraft = (told: Pick<SimulatedStep, 'version'>): boolean => told.version === 0
