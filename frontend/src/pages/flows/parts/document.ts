/** A flow document as far as the page looks into it; anything may be missing while it is typed. */
export interface FlowNode {
  kind?: string
  label?: string
  edges?: Record<string, string>
  [field: string]: unknown
}

export interface FlowDocument {
  start?: string
  nodes?: Record<string, FlowNode>
  [field: string]: unknown
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The document with everything that has a wrong shape left out, so that outline and links never fail on half a document. */
export function lenient(value: unknown): { start: string | null; nodes: Map<string, { kind: string; label: string; edges: [string, string][] }> } {
  const document = isObject(value) ? value : {}
  const nodes = isObject(document.nodes) ? document.nodes : {}
  return {
    start: typeof document.start === 'string' ? document.start : null,
    nodes: new Map(
      Object.entries(nodes).map(([id, node]) => {
        const { kind, label, edges } = isObject(node) ? node : {}
        const ways = Object.entries(isObject(edges) ? edges : {}).filter((edge): edge is [string, string] => typeof edge[1] === 'string')
        return [id, { kind: typeof kind === 'string' ? kind : '', label: typeof label === 'string' ? label : '', edges: ways }]
      }),
    ),
  }
}

export interface OutlineNode {
  key: string
  id: string
  kind: string
  label: string
  /** The way that leads here from the node above. */
  outcome: string | null
  mark: 'again' | 'gone' | null
  children: OutlineNode[]
}

/** The document as a tree from its start; a node that was met before is a reference, so loops end. */
export function outlineOf(value: unknown): { tree: OutlineNode[]; unreached: string[] } {
  const { start, nodes } = lenient(value)
  const met = new Set<string>()
  const visit = (id: string, outcome: string | null, path: string): OutlineNode => {
    const node = nodes.get(id)
    const mark = node === undefined ? 'gone' : met.has(id) ? 'again' : null
    met.add(id)
    const key = `${path}/${outcome ?? ''}>${id}`
    const children = node === undefined || mark !== null ? [] : node.edges.map(([out, target]) => visit(target, out, key))
    return { key, id, kind: node?.kind ?? '', label: node?.label ?? '', outcome, mark, children }
  }
  const tree = start === null ? [] : [visit(start, null, '')]
  return { tree, unreached: [...nodes.keys()].filter((id) => !met.has(id)) }
}

/** What a new flow starts with: a greeting, a menu and a polite end, in both languages. */
export const FIRST_DOCUMENT = {
  schema_version: 1,
  // Replaced by the name in the form when it is saved.
  name: 'New flow',
  language_default: 'zh-CN',
  start: 'welcome',
  variables: {},
  nodes: {
    welcome: {
      kind: 'menu',
      label: '',
      prompts: [{ texts: { 'zh-CN': '您好，欢迎致电。重听请按零。', en: 'Welcome. To hear this again, press zero.' } }],
      timeout_s: 5,
      max_attempts: 3,
      edges: { '0': 'welcome', exhausted: 'goodbye' },
    },
    goodbye: {
      kind: 'hang_up',
      label: '',
      prompts: [{ texts: { 'zh-CN': '感谢您的来电，再见。', en: 'Thank you for calling. Goodbye.' } }],
    },
  },
}
