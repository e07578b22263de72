// The heat map's figures: what was lost where, in which order, on which days.
import { expect, test } from 'vitest'
import type { NodeHeat } from '@/api/types'
import { daysUntil, keysText, levelOf, lostAt, marksOf, percent, sorted } from './figures'

const heat = (node: string, visits: number, hang_ups: number, more: Partial<NodeHeat> = {}): NodeHeat => ({ node, visits, hang_ups, timeouts: 0, invalid: 0, keys: {}, ...more })

test('the loss is told by number and by level', () => {
  const nodes = [heat('a', 100, 4), heat('b', 100, 5), heat('c', 100, 20), heat('d', 0, 0)]
  expect(nodes.map(levelOf)).toEqual(['good', 'warn', 'bad', 'good'])
  expect(nodes.map(lostAt).map(percent)).toEqual(['4.0%', '5.0%', '20%', '0%'])
  expect(marksOf(nodes, (one) => String(one.visits)).get('c')).toEqual({ tone: 'bad', text: '100' })
})

test('columns sort both ways, equals by name', () => {
  const nodes = [heat('b', 5, 0), heat('a', 5, 5), heat('c', 9, 1)]
  const order = (by: 'visits' | 'lost' | 'node', down: boolean): string => sorted(nodes, { by, down }, (node) => node).map((one) => one.node).join('')
  expect([order('visits', true), order('visits', false), order('lost', true), order('node', true)]).toEqual(['cab', 'abc', 'acb', 'cba'])
})

test('keys stand from the most pressed on', () => {
  expect(keysText({ '*': 1, '2': 5, '1': 20, '#': 1 })).toBe('1×20 2×5 ' + ['*×1', '#×1'].sort((a, b) => a.localeCompare(b)).join(' '))
})

test('days are those of China', () => {
  expect(daysUntil(Date.parse('2026-11-23T16:30:00Z'), 7)).toEqual({ from: '2026-11-18', to: '2026-11-24' })
  expect(daysUntil(Date.parse('2026-11-23T15:30:00Z'), 1)).toEqual({ from: '2026-11-23', to: '2026-11-23' })
})
