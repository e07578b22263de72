import { shownWays } from './kinds'
import type { Drawn } from './operations'

export type Direction = 'ArrowRight' | 'ArrowLeft' | 'ArrowUp' | 'ArrowDown'

/** The nodes that a node's ways lead to, from above. */
const ahead = (document: Drawn, id: string): string[] => {
  const node = document.nodes[id]
  const targets = node === undefined ? [] : shownWays(node).map((way) => node.edges?.[way])
  return [...new Set(targets)].filter((target): target is string => target !== undefined && target !== id && target in document.nodes)
}

const behind = (document: Drawn, id: string): string[] => Object.keys(document.nodes).filter((one) => ahead(document, one).includes(id))

/**
 * Where an arrow key leads from a node: right along its first way, left back to where one came from, up and down among the ways of the
 * node before. Without a node, the start. came: the node from which one walked here, if one did.
 */
export function walked(document: Drawn, from: string | undefined, direction: Direction, came?: string): string | null {
  if (from === undefined || !(from in document.nodes)) return document.start in document.nodes ? document.start : (Object.keys(document.nodes)[0] ?? null)
  if (direction === 'ArrowRight') return ahead(document, from)[0] ?? null
  const before = behind(document, from)
  const parent = came !== undefined && before.includes(came) ? came : before[0]
  if (direction === 'ArrowLeft') return parent ?? null
  const row = parent === undefined ? Object.keys(document.nodes) : ahead(document, parent)
  return row[row.indexOf(from) + (direction === 'ArrowDown' ? 1 : -1)] ?? null
}
