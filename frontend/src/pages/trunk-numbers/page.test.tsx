import { expect, test } from 'vitest'
import { destinationNotice } from './parts/destination'

test('a number that takes calls and leads nowhere is noticed, and so are two destinations', () => {
  expect(destinationNotice({ inbound: true, flow_id: null, group_id: null })).toBe('to.missing')
  expect(destinationNotice({ inbound: false, flow_id: null, group_id: null })).toBeNull()
  expect(destinationNotice({ inbound: true, flow_id: 'f', group_id: '8001' })).toBe('to.both')
  expect(destinationNotice({ inbound: true, flow_id: null, group_id: '8001' })).toBeNull()
  expect(destinationNotice({ inbound: true, flow_id: null, group_id: null, extension: '1001' })).toBeNull()
  expect(destinationNotice({ inbound: true, flow_id: 'f', group_id: null, extension: '1001' })).toBe('to.not_extension')
})
