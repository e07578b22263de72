import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Filter } from './types'

export interface ListState {
  values: Record<string, string>
  set: (changes: Record<string, string | undefined>) => void
  clear: () => void
  /** Cursors of the pages before this one; the last is the present page's. */
  trail: string[]
  next: (cursor: string) => void
  previous: () => void
  first: () => void
}

/** Search and filters live in the address (shareable, kept over a reload); the place in the pages does not. */
export function useListState(filters: readonly Filter[]): ListState {
  const [params, setParams] = useSearchParams()
  const [trail, setTrail] = useState<string[]>([])
  const keys = ['q', ...filters.flatMap((filter) => (filter.control === 'dates' ? ['from', 'to'] : [filter.key]))]
  const values = Object.fromEntries(keys.flatMap((key) => (params.get(key) ? [[key, params.get(key) ?? '']] : [])))

  const set = (changes: Record<string, string | undefined>): void => {
    const next = new URLSearchParams(params)
    for (const [key, value] of Object.entries(changes)) {
      if (value) next.set(key, value)
      else next.delete(key)
    }
    setTrail([])
    setParams(next, { replace: true })
  }
  return {
    values,
    set,
    clear: () => set(Object.fromEntries(keys.map((key) => [key, undefined]))),
    trail,
    next: (cursor) => setTrail([...trail, cursor]),
    previous: () => setTrail(trail.slice(0, -1)),
    first: () => setTrail([]),
  }
}
