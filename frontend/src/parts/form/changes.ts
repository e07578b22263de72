/** The names of a record's fields as the form shows them; fields without a name are not compared. */
export type FieldNames<T> = Partial<Record<keyof T & string, string>>

export interface FieldChange {
  field: string
  name: string
  before: unknown
  after: unknown
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null)

/** What someone else changed: the named fields that differ between what was read and what is stored now. */
export function changesBetween<T extends object>(before: T | null, after: T | null, names: FieldNames<T>): FieldChange[] {
  if (before === null || after === null) return []
  return (Object.entries(names) as [keyof T & string, string][])
    .filter(([field]) => !same(before[field], after[field]))
    .map(([field, name]) => ({ field, name, before: before[field], after: after[field] }))
}

/** A value in a few characters; null when it is too much for a line (a document, a week's hours). */
export function shortText(value: unknown, words: { yes: string; no: string }): string | null {
  if (value === null || value === undefined || value === '') return '—'
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.join(', ') || '—' : null
  const texts = Object.values(value)
  return texts.every((one) => typeof one === 'string') ? texts.filter(Boolean).join(' / ') || '—' : null
}
