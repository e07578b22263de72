import { Graph, layout as arrange } from '@dagrejs/dagre'
import { heightOf, WIDTH } from './geometry'
import { atOf, type Drawn, type Place } from './operations'

const GAP = 40

/** A place for every node, from left to right along the ways, so that little crosses. */
export function layout(document: Drawn): Map<string, Place> {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: 72, ranker: 'tight-tree' })
  graph.setDefaultEdgeLabel(() => ({}))
  const names = Object.keys(document.nodes)
  // The start first, so that it stands on the left even where ways lead back to it.
  for (const id of [...names.filter((one) => one === document.start), ...names.filter((one) => one !== document.start)]) {
    graph.setNode(id, { width: WIDTH, height: heightOf(document.nodes[id] ?? {}) })
  }
  for (const [id, node] of Object.entries(document.nodes)) {
    for (const [way, target] of Object.entries(node.edges ?? {})) {
      if (target in document.nodes && target !== id) graph.setEdge(id, target, {}, way)
    }
  }
  arrange(graph)
  return new Map(
    names.map((id) => {
      const { x = 0, y = 0, height = 0 } = graph.node(id) as { x?: number; y?: number; height?: number }
      return [id, { x: Math.round(x - WIDTH / 2), y: Math.round(y - height / 2) }]
    }),
  )
}

/** Places for the nodes that have none of their own: below those that do. */
export function missingPlaces(document: Drawn): Map<string, Place> {
  const entries = Object.entries(document.nodes)
  const lost = entries.filter(([, node]) => atOf(node) === null)
  if (lost.length === 0) return new Map()
  const standing = entries.flatMap(([, node]) => {
    const at = atOf(node)
    return at === null ? [] : [{ left: at.x, bottom: at.y + heightOf(node) }]
  })
  const left = standing.length === 0 ? 0 : Math.min(...standing.map((one) => one.left))
  const top = standing.length === 0 ? 0 : Math.max(...standing.map((one) => one.bottom)) + GAP
  const places = layout({ ...document, nodes: Object.fromEntries(lost) })
  return new Map([...places].map(([id, { x, y }]) => [id, { x: x + left, y: y + top }]))
}
