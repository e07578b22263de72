import { expect, test } from 'vitest'
import { answering } from '../../../tests/answering'
import { searchRecordings } from './api'
import type { Recording } from '@/api/types'
import { callMessage, merge, NOTHING } from '@/live/entities'
import { makeCall } from '../../../tests/make'
import { lanesOf } from './parts/segments'
import { changesSoon } from './parts/underWay'

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

const NOW = 1_800_000_000_000
const recording = (recording_id: string, state: Recording['state'], ended_at: number | null): Recording => ({
  recording_id,
  call_id: 'c1',
  kind: 'call',
  direction: 'inbound',
  state,
  caller: '',
  callee: '',
  agent_ids: [],
  group_id: null,
  customer_id: null,
  started_at: NOW - 3_600_000,
  ended_at,
  duration_s: null,
  channels: null,
  size: null,
  file_name: null,
  sha256: null,
  segments: [],
  version: 1,
})

test('the list is read again while a recording is on its way, and not for ever', () => {
  expect(changesSoon([recording('r1', 'copying', NOW - 5_000)], [], NOW)).toBe(true)
  expect(changesSoon([recording('r1', 'stored', NOW - 5_000)], [], NOW)).toBe(false)
  expect(changesSoon([recording('r1', 'expected', NOW - 3_000_000)], [], NOW)).toBe(false)
})

test('the list is read again until it has the recording of the call that just ended', () => {
  const ended = merge(NOTHING, [callMessage(makeCall({ state: 'ended', ended_at: NOW - 2_000, recording_ids: ['r1'] }), NOW)])
  expect(changesSoon([], ended.call.values(), NOW)).toBe(true)
  expect(changesSoon([recording('r1', 'stored', NOW - 2_000)], ended.call.values(), NOW)).toBe(false)
  expect(changesSoon([], ended.call.values(), NOW + 3_600_000)).toBe(false)
})
