import { expect, test } from 'vitest'
import { isWide, patternOf } from './parts/patterns'

test.each([
  ['138 0013 8000', '+8613800138000'],
  ['+86 138-0013-8000', '+8613800138000'],
  ['+8617*', '+8617*'],
  ['Anonymous', 'anonymous'],
  ['17*', null],
  ['*', null],
  ['+*', null],
  ['abc', null],
  ['8001', null],
])('%s is kept as %s', (typed, pattern) => expect(patternOf(typed)).toBe(pattern))

test('a prefix that covers a country is noticed', () => {
  expect(isWide('+86*')).toBe(true)
  expect(isWide('+861*')).toBe(true)
  expect(isWide('+8617*')).toBe(false)
  expect(isWide('+86')).toBe(false)
})
