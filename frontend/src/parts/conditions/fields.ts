import type { Condition } from '@/api/types'

/** What a condition may ask of a call; `list.`, `schedule.` and `var.` are followed by which. */
export const KINDS = ['caller', 'list', 'place', 'grade', 'schedule', 'language', 'dialled', 'owner', 'country', 'area', 'var'] as const
export type FieldKind = (typeof KINDS)[number]
export const STATES = ['open', 'closed', 'holiday'] as const

type Op = Condition['op']
const TEXT_OPS = ['equals', 'not_equals', 'starts_with', 'contains', 'one_of', 'at_least', 'at_most', 'is_set', 'not_set'] as const satisfies readonly Op[]

/** The comparisons that make sense for a kind of field. */
export const OPS: Record<FieldKind, readonly Op[]> = {
  caller: ['matches', 'equals', 'not_equals', 'starts_with', 'one_of'],
  dialled: ['equals', 'matches', 'not_equals', 'starts_with', 'one_of'],
  list: ['is_set', 'not_set'],
  place: ['within'],
  schedule: ['equals', 'not_equals'],
  grade: ['at_least', 'at_most', 'equals', 'one_of'],
  language: ['equals', 'not_equals'],
  owner: TEXT_OPS,
  country: ['equals', 'not_equals', 'one_of'],
  area: ['contains', 'starts_with', 'equals'],
  var: TEXT_OPS,
}

export const kindOf = (field: string): FieldKind => KINDS.find((kind) => field === kind || field.startsWith(`${kind}.`)) ?? 'caller'
/** Which list, schedule or variable a field names; "" of the others. */
export const nameIn = (field: string): string => (field.includes('.') ? field.slice(field.indexOf('.') + 1) : '')
export const isNamed = (kind: FieldKind): boolean => kind === 'list' || kind === 'schedule' || kind === 'var'
export const needsValue = (op: Op): boolean => op !== 'is_set' && op !== 'not_set'

/** The first condition on another kind of field. */
export function withKind(kind: FieldKind): Condition {
  return { field: isNamed(kind) ? `${kind}.` : kind, op: OPS[kind][0] ?? 'equals', value: kind === 'schedule' ? 'closed' : '' }
}

/** The comparisons to choose from; one that was stored otherwise stays among them. */
export function opsOf(condition: Condition): readonly Op[] {
  const fitting = OPS[kindOf(condition.field)]
  return fitting.includes(condition.op) ? fitting : [...fitting, condition.op]
}

/** Whether a condition lacks what it is about. */
export function isHalf(condition: Condition | undefined): boolean {
  if (condition === undefined) return true
  const unnamed = isNamed(kindOf(condition.field)) && nameIn(condition.field) === ''
  return unnamed || (needsValue(condition.op) && condition.value.trim() === '')
}
