import { expect, test } from 'vitest'
import { kindsFor } from './targets'

test('a call is transferred to anything', () => {
  expect(kindsFor('transfer')).toEqual(['agent', 'group', 'flow', 'outside'])
})

test.each(['consult', 'conference'] as const)('%s: the server takes a colleague or a number, nothing else', (purpose) => {
  expect(kindsFor(purpose)).toEqual(['agent', 'outside'])
})
