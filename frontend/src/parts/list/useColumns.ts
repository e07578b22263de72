import { useState } from 'react'
import type { Column } from './types'

export interface ColumnChoice<T> {
  shown: Column<T>[]
  keys: string[]
  choose: (keys: string[]) => void
  reset: () => void
}

function remembered(store: string): string[] | null {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(store) ?? 'null')
    return Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : null
  } catch {
    return null
  }
}

/** Which columns a list shows; remembered on this machine under the list's id. */
export function useColumns<T>(id: string, columns: readonly Column<T>[]): ColumnChoice<T> {
  const store = `zhiyin.columns.${id}`
  const [chosen, setChosen] = useState(() => remembered(store))
  const keys = chosen ?? columns.filter((column) => column.hidden !== true).map((column) => column.key)
  return {
    shown: columns.filter((column) => keys.includes(column.key)),
    keys,
    choose: (next) => {
      window.localStorage.setItem(store, JSON.stringify(next))
      setChosen(next)
    },
    reset: () => {
      window.localStorage.removeItem(store)
      setChosen(null)
    },
  }
}
