import { expect, test } from 'vitest'
import { callerOf, detailText } from './parts/script'

const wish = { from: '138 0000 0001', to: '+861055550100', patience_s: 90, talk_s: null } as const

test('key 1: waits for the menu, presses, and stays as long as his patience lasts', () => {
  expect(callerOf({ ...wish, preset: 'sales' })).toEqual({
    from: '+8613800000001',
    to: '+861055550100',
    patience_s: 90,
    steps: [{ wait_until: 'listening', timeout_s: 30 }, { press: '1' }],
  })
})

test('with a length of talk he hangs up after it, counted from being connected', () => {
  expect(callerOf({ ...wish, preset: 'none', talk_s: 10 }).steps).toEqual([
    { wait_until: 'connected', timeout_s: 90 },
    { wait_s: 10 },
    { hang_up: true },
  ])
})

test('a voicemail is left, and patience does not cut it short', () => {
  const caller = callerOf({ ...wish, preset: 'voicemail' })
  expect(caller.patience_s).toBeUndefined()
  expect(caller.steps.slice(1)).toEqual([{ press: '9' }, { wait_until: 'recording', timeout_s: 30 }, { wait_s: 6 }, { hang_up: true }])
})

test('details are told in words, empty ones left out', () => {
  expect(detailText({ url: '/voice', ms: 12, note: '', with: ['a'], none: null })).toBe('url: /voice · ms: 12 · with: ["a"]')
})
