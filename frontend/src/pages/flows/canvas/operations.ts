import type { FlowNode } from '../parts/document'
import { KINDS } from './kinds'

/** A document that can be drawn: its nodes are objects and their ways lead to names. The rest of it is kept as it is. */
export interface Drawn {
  start: string
  nodes: Readonly<Record<string, FlowNode>>
  [field: string]: unknown
}

export interface Place {
  x: number
  y: number
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
export const isNode = (value: unknown): boolean =>
  isObject(value) && (value.edges === undefined || (isObject(value.edges) && Object.values(value.edges).every((target) => typeof target === 'string')))

/** The document in a text; null when it cannot be drawn. */
export function drawnFrom(text: string): Drawn | null {
  try {
    const value: unknown = JSON.parse(text)
    if (!isObject(value) || !isObject(value.nodes) || !Object.values(value.nodes).every(isNode)) return null
    return { ...value, start: typeof value.start === 'string' ? value.start : '', nodes: value.nodes as Record<string, FlowNode> }
  } catch {
    return null
  }
}

export const atOf = (node: FlowNode): Place | null => {
  const [x, y] = Array.isArray(node.at) ? (node.at as unknown[]) : []
  return typeof x === 'number' && typeof y === 'number' ? { x, y } : null
}

/** The object without one of its fields. */
export const omitted = <T extends object>(object: T, name: string): T => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name)) as T

const withNodes = (document: Drawn, nodes: Record<string, FlowNode>): Drawn => ({ ...document, nodes })

/** A name that no node has: the wanted one, else with the next number behind it. */
export function freshId(wanted: string, taken: (id: string) => boolean): string {
  if (!taken(wanted)) return wanted
  const stem = wanted.replace(/_\d+$/, '')
  let number = 2
  while (taken(`${stem}_${number}`)) number += 1
  return `${stem}_${number}`
}

/** A new node of a kind. The first node of an empty flow is where it starts. */
export function added(document: Drawn, kind: string, { x, y }: Place): { document: Drawn; id: string } {
  const id = freshId(kind, (one) => one in document.nodes)
  const node: FlowNode = { kind, label: '', ...KINDS[kind]?.initial(), edges: {}, at: [Math.round(x), Math.round(y)] }
  const next = withNodes(document, { ...document.nodes, [id]: node })
  return { document: document.start in next.nodes ? next : { ...next, start: id }, id }
}

/** Replaces a node; a node that is gone stays gone. */
export function replaced(document: Drawn, id: string, node: FlowNode): Drawn {
  return id in document.nodes ? withNodes(document, { ...document.nodes, [id]: node }) : document
}

/** Lets a way lead to a node, or with null nowhere. */
export function connected(document: Drawn, id: string, way: string, target: string | null): Drawn {
  const node = document.nodes[id]
  if (node === undefined) return document
  return replaced(document, id, { ...node, edges: target === null ? omitted(node.edges ?? {}, way) : { ...node.edges, [way]: target } })
}

/** Gives a way another name and keeps where it leads. */
export function renamedWay(node: FlowNode, from: string, to: string): FlowNode {
  return { ...node, edges: Object.fromEntries(Object.entries(node.edges ?? {}).map(([way, target]) => [way === from ? to : way, target])) }
}

/** Takes nodes away, and the ways that led to them. */
export function without(document: Drawn, ids: ReadonlySet<string>): Drawn {
  const left = Object.entries(document.nodes).filter(([id]) => !ids.has(id))
  const cut = (node: FlowNode): FlowNode => {
    const edges = Object.entries(node.edges ?? {})
    const kept = edges.filter(([, target]) => !ids.has(target))
    return kept.length === edges.length ? node : { ...node, edges: Object.fromEntries(kept) }
  }
  return withNodes(document, Object.fromEntries(left.map(([id, node]) => [id, cut(node)])))
}

/** Puts nodes in their places, in whole pixels; a node that stands there already stays the same object. */
export function placed(document: Drawn, places: ReadonlyMap<string, Place>): Drawn {
  const put = (id: string, node: FlowNode): FlowNode => {
    const place = places.get(id)
    if (place === undefined) return node
    const [x, y] = [Math.round(place.x), Math.round(place.y)]
    const before = atOf(node)
    return before?.x === x && before.y === y ? node : { ...node, at: [x, y] }
  }
  return withNodes(document, Object.fromEntries(Object.entries(document.nodes).map(([id, node]) => [id, put(id, node)])))
}
