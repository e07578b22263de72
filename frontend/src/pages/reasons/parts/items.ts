import type { Reason } from '@/api/types'
import { isSystemReason } from '@/bar/notReady'
import { labelFilled } from '@/parts/fields/LabelField'

export interface ItemProblem {
  code: 'problem.code' | 'problem.system' | 'problem.twice' | 'problem.label'
  name: string
}

/** The first thing wrong with a list of reasons. */
export function itemsProblem(items: readonly Reason[]): ItemProblem | null {
  const seen = new Set<string>()
  for (const { code, label } of items) {
    const name = label['zh-CN'] || label.en || code
    if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(code)) return { code: 'problem.code', name }
    if (isSystemReason(code)) return { code: 'problem.system', name: code }
    if (seen.has(code)) return { code: 'problem.twice', name: code }
    seen.add(code)
    if (!labelFilled(label)) return { code: 'problem.label', name: name || code }
  }
  return null
}

/** The list with the item at `place` moved by `step`; unchanged at the ends. */
export function moved<T>(items: readonly T[], place: number, step: -1 | 1): T[] {
  const next = [...items]
  const to = place + step
  const item = next[place]
  if (item === undefined || to < 0 || to >= next.length) return next
  next.splice(place, 1)
  next.splice(to, 0, item)
  return next
}
