import type { ReactNode } from 'react'

export interface Column<T> {
  key: string
  title: string
  render: (row: T) => ReactNode
  width?: number
  align?: 'left' | 'right'
  /** Not shown until chosen. */
  hidden?: boolean
}

/** A filter is a chip; `dates` fills `from` and `to` (ms), the others the parameter named by `key`. */
export interface Filter {
  key: string
  label: string
  control: 'text' | 'number' | 'select' | 'dates'
  options?: { value: string; label: string }[]
}

/** What a list asks the server for: search, filters and cursor as query parameters. */
export type ListQuery = Record<string, string | number | undefined>

export interface BulkAction<T> {
  key: string
  label: string
  danger?: boolean
  run: (rows: T[]) => Promise<void>
}

export const PAGE_ROWS = 50
