import { expect, test } from 'vitest'
import { itemsProblem, moved } from './parts/items'

const item = (code: string, zh = '小休', en = 'Break') => ({ code, label: { 'zh-CN': zh, en } })

test('codes are plain and unique, names in both languages', () => {
  expect(itemsProblem([item('break'), item('meal')])).toBeNull()
  expect(itemsProblem([item('Break')])).toEqual({ code: 'problem.code', name: '小休' })
  expect(itemsProblem([item('break'), item('break')])).toEqual({ code: 'problem.twice', name: 'break' })
  expect(itemsProblem([item('no_answer')])).toEqual({ code: 'problem.system', name: 'no_answer' })
  expect(itemsProblem([item('break', '小休', ' ')])).toEqual({ code: 'problem.label', name: '小休' })
})

test('items move within the list and stay at its ends', () => {
  expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c'])
  expect(moved(['a'], 0, -1)).toEqual(['a'])
})
