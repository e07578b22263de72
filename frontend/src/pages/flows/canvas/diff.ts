import type { FlowNode } from '../parts/document'
import { atOf, omitted, type Drawn } from './operations'

export type Change = 'added' | 'removed' | 'changed'

export interface Difference {
  /** Both versions in one: the nodes and ways of the newer one, and what it took away. */
  document: Drawn
  nodes: Map<string, Change>
  /** By `edgeId`. */
  edges: Map<string, Change>
}

export const edgeId = (id: string, way: string, target: string): string => `${id} ${way} ${target}`

/** Objects are the same whatever the order of their fields; where a node stands is no part of what it does. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]))
}

const content = (node: FlowNode): string => JSON.stringify(canonical(omitted(omitted(node, 'at'), 'edges')))

/** What changed from one version to another. */
export function difference(before: Drawn, after: Drawn): Difference {
  const nodes = new Map<string, Change>()
  const edges = new Map<string, Change>()
  const merged: Record<string, FlowNode> = {}
  for (const id of new Set([...Object.keys(after.nodes), ...Object.keys(before.nodes)])) {
    const [old, now] = [before.nodes[id], after.nodes[id]]
    if (old === undefined) nodes.set(id, 'added')
    else if (now === undefined) nodes.set(id, 'removed')
    else if (content(old) !== content(now)) nodes.set(id, 'changed')
    const ways = waysOf(id, old, now, edges)
    merged[id] = { ...(now ?? old), edges: ways, ...placeOf(now ?? {}, old ?? {}) }
  }
  return { document: { ...after, nodes: merged }, nodes, edges }
}

/** The ways of both; a way that leads elsewhere now shows its new target, and counts as changed. */
function waysOf(id: string, old: FlowNode | undefined, now: FlowNode | undefined, edges: Map<string, Change>): Record<string, string> {
  const [left, right] = [old?.edges ?? {}, now?.edges ?? {}]
  for (const [way, target] of Object.entries(right)) {
    if (left[way] !== target) edges.set(edgeId(id, way, target), way in left ? 'changed' : 'added')
  }
  for (const [way, target] of Object.entries(left)) if (!(way in right)) edges.set(edgeId(id, way, target), 'removed')
  return { ...left, ...right }
}

const placeOf = (now: FlowNode, old: FlowNode): { at?: unknown } => {
  const at = atOf(now) ?? atOf(old)
  return at === null ? {} : { at: [at.x, at.y] }
}
