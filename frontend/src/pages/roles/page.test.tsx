import { expect, test } from 'vitest'
import { grouped } from './parts/grouping'

const named = (...names: string[]) => names.map((name) => ({ name, label: { 'zh-CN': name, en: name } }))

test('permissions stand by subject; one that is new here is not lost', () => {
  const groups = grouped(named('self.read', 'users.write', 'wall.read', 'tickets.read', 'agent.work'))
  expect(groups.map(({ group, items }) => [group, items.map((item) => item.name)])).toEqual([
    ['work', ['self.read', 'agent.work']],
    ['watch', ['wall.read']],
    ['system', ['users.write', 'tickets.read']],
  ])
})
