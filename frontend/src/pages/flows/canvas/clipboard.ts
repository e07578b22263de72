import type { FlowNode } from '../parts/document'
import { atOf, freshId, isNode, type Drawn } from './operations'

/** Copied nodes as they travel, as JSON, between flows, windows and installations. */
interface Clip {
  zhiyin_flow_nodes: Record<string, FlowNode>
}

const OFFSET = 40

export function copied(document: Drawn, ids: ReadonlySet<string>): string {
  const nodes = Object.fromEntries(Object.entries(document.nodes).filter(([id]) => ids.has(id)))
  return JSON.stringify({ zhiyin_flow_nodes: nodes } satisfies Clip, null, 2)
}

/**
 * The document with the nodes of a clip under names of their own, a little aside. Ways among them stay; ways to other nodes are left
 * out, since in another flow the same name is another node. Null when the text is no clip.
 */
export function pasted(document: Drawn, text: string): { document: Drawn; ids: Set<string> } | null {
  const clip = clipIn(text)
  if (clip === null) return null
  const names = new Map<string, string>()
  const taken = new Set(Object.keys(document.nodes))
  for (const id of Object.keys(clip)) {
    const fresh = freshId(id, (one) => taken.has(one))
    taken.add(fresh)
    names.set(id, fresh)
  }
  const entries = Object.entries(clip).map(([id, node], index): [string, FlowNode] => {
    const ways = Object.entries(node.edges ?? {}).flatMap(([way, target]) => (names.has(target) ? [[way, names.get(target)]] : []))
    const at = atOf(node) ?? { x: index * OFFSET, y: index * OFFSET }
    return [names.get(id) ?? id, { ...node, edges: Object.fromEntries(ways) as Record<string, string>, at: [at.x + OFFSET, at.y + OFFSET] }]
  })
  const next = { ...document, nodes: { ...document.nodes, ...Object.fromEntries(entries) } }
  return { document: next, ids: new Set(names.values()) }
}

function clipIn(text: string): Record<string, FlowNode> | null {
  try {
    const found = (JSON.parse(text) as Partial<Clip> | null)?.zhiyin_flow_nodes
    return found !== undefined && Object.values(found).every(isNode) ? found : null
  } catch {
    return null
  }
}
