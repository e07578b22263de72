import type { NodeHeat } from '@/api/types'
import type { Mark } from '../canvas/store'

export type Level = 'good' | 'warn' | 'bad'
export const LEVELS: readonly Level[] = ['good', 'warn', 'bad']
const WARN = 0.05
const BAD = 0.2

/** The part of the visits that ended by a hang-up at the node. */
export const lostAt = ({ visits, hang_ups }: NodeHeat): number => (visits === 0 ? 0 : hang_ups / visits)

export function levelOf(node: NodeHeat): Level {
  const lost = lostAt(node)
  return lost >= BAD ? 'bad' : lost >= WARN ? 'warn' : 'good'
}

export const percent = (part: number): string => `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)}%`

/** A word on each node that calls came to: colour by what was lost there, and the figures themselves. */
export function marksOf(nodes: readonly NodeHeat[], text: (node: NodeHeat) => string): Map<string, Mark> {
  return new Map(nodes.map((node) => [node.node, { tone: levelOf(node), text: text(node) }]))
}

export const COLUMNS = ['visits', 'hang_ups', 'lost', 'timeouts', 'invalid'] as const
export type Column = (typeof COLUMNS)[number]

export interface Sorting {
  by: Column | 'node'
  down: boolean
}

export const figure = (node: NodeHeat, column: Column): number => (column === 'lost' ? lostAt(node) : node[column])

/** The nodes in the order of a column; equal ones by name. */
export function sorted(nodes: readonly NodeHeat[], { by, down }: Sorting, nameOf: (node: string) => string): NodeHeat[] {
  const sign = down ? -1 : 1
  return [...nodes].sort((a, b) => {
    const names = nameOf(a.node).localeCompare(nameOf(b.node))
    return by === 'node' ? sign * names : sign * (figure(a, by) - figure(b, by)) || names
  })
}

/** Keys from the most pressed on: `1×20 2×5`. */
export const keysText = (keys: NodeHeat['keys']): string =>
  Object.entries(keys)
    .sort(([a, times], [b, others]) => others - times || a.localeCompare(b))
    .map(([key, times]) => `${key}×${times}`)
    .join(' ')

const DAY_MS = 86_400_000
const CHINA = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' })

/** The last so many days until today, as they are counted (in China). */
export const daysUntil = (now: number, days: number): { from: string; to: string } => ({ from: CHINA.format(now - (days - 1) * DAY_MS), to: CHINA.format(now) })
