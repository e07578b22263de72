import { expect, test } from 'vitest'
import { kindsFor } from './targets'

test('a call is transferred to anything, a flow only by those who see flows', () => {
  expect(kindsFor('transfer', true)).toEqual(['agent', 'group', 'flow', 'outside'])
  expect(kindsFor('transfer', false)).toEqual(['agent', 'group', 'outside'])
})

test.each(['consult', 'conference'] as const)('%s: the server takes a colleague or a number, nothing else', (purpose) => {
  expect(kindsFor(purpose, true)).toEqual(['agent', 'outside'])
})
