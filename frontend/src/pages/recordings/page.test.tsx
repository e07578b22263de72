import { expect, test } from 'vitest'
import { answering } from '../../../tests/answering'
import { searchRecordings } from './api'
import { lanesOf } from './parts/segments'

test('agents’ times become places on the wave form, cut to its length', () => {
  const segments = [
    { agent_id: 'a', from_ms: 0, to_ms: 2_500 },
    { agent_id: 'b', from_ms: 5_000, to_ms: 20_000 },
    { agent_id: 'c', from_ms: 11_000, to_ms: 12_000 },
  ]
  expect(lanesOf(segments, 10_000).map(({ agent_id, left, width }) => [agent_id, left, width])).toEqual([
    ['a', 0, 25],
    ['b', 50, 50],
  ])
  expect(lanesOf(segments, 0)).toEqual([])
})

test('a number is searched in E.164 however it was typed', async () => {
  const asked = answering({ 'GET /api/recordings': () => ({ items: [] }) })
  await searchRecordings({ number: '138 0013 8000', min_s: '5', limit: 50 })
  expect(Object.fromEntries(asked[0]?.query ?? [])).toEqual({ number: '+8613800138000', min_s: '5', limit: '50' })
})
