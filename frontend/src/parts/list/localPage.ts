import type { Page } from '@/api/types'
import { PAGE_ROWS, type ListQuery } from './types'

const folded = (text: string): string => text.toLocaleLowerCase().replace(/\s+/g, '')

/** Search and paging of a list that is short enough to be here as a whole. Every word of `q` occurs in one of the texts. */
export function localPage<T>(items: readonly T[], query: ListQuery, texts: (item: T) => (string | null | undefined)[]): Page<T> {
  const words = String(query.q ?? '').split(/\s+/).map(folded).filter(Boolean)
  const found = items.filter((item) => {
    const text = texts(item).map((one) => folded(one ?? '')).join('\n')
    return words.every((word) => text.includes(word))
  })
  const from = Number(query.cursor ?? 0)
  const to = from + PAGE_ROWS
  return { items: found.slice(from, to), cursor: to < found.length ? String(to) : null }
}
