import { expect, test } from 'vitest'
import type { Department } from '@/api/types'
import { subtreeOf, treeOf } from './parts/tree'

const one = (department_id: string, parent_id: string | null): Department => ({ department_id, name: department_id, parent_id, version: 1 })

test('departments stand below their parents; one whose parent is gone stands at the top', () => {
  const tree = treeOf([one('b', 'a'), one('a', null), one('c', 'b'), one('x', 'gone')])
  expect(tree.map((node) => node.key)).toEqual(['a', 'x'])
  expect(tree[0]?.children[0]?.children[0]?.key).toBe('c')
})

test('a department cannot be put below itself, and a circle in the data ends', () => {
  expect([...subtreeOf('a', [one('a', 'c'), one('b', 'a'), one('c', 'b'), one('d', null)])].sort()).toEqual(['a', 'b', 'c'])
})
