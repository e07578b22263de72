import type { Department } from '@/api/types'

export interface TreeNode {
  key: string
  title: string
  children: TreeNode[]
}

/** The departments as a tree, each level by name. One whose parent is missing stands at the top, so nothing is lost from sight. */
export function treeOf(departments: readonly Department[]): TreeNode[] {
  const nodes = new Map(departments.map((one) => [one.department_id, { key: one.department_id, title: one.name, children: [] as TreeNode[] }]))
  const roots: TreeNode[] = []
  for (const { department_id, parent_id } of departments) {
    const node = nodes.get(department_id)
    const parent = parent_id === null ? undefined : nodes.get(parent_id)
    if (node) (parent?.children ?? roots).push(node)
  }
  for (const list of [roots, ...[...nodes.values()].map((node) => node.children)]) list.sort((a, b) => a.title.localeCompare(b.title, 'zh-CN'))
  return roots
}

/** A department and everything below it; a circle in the data ends the walk. */
export function subtreeOf(id: string, departments: readonly Department[]): Set<string> {
  const found = new Set<string>()
  const ahead = [id]
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (found.has(next)) continue
    found.add(next)
    for (const one of departments) if (one.parent_id === next) ahead.push(one.department_id)
  }
  return found
}
