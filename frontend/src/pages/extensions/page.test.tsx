import { expect, test } from 'vitest'
import type { Extension } from '@/api/types'
import { tidyExtension } from './page'

const extension = (part: Partial<Extension>): Extension => ({ extension: '1001', kind: 'browser', username: 'agent1', address: '', name: '', sip_password_at: null, follow_me: [], follow_me_in_order: true, unanswered: null, busy: null, unreachable: null, version: 1, ...part })

test('an address is sent in the form of its kind of phone, a browser has none', () => {
  expect(tidyExtension(extension({ address: 'sip:left@over' })).address).toBe('')
  expect(tidyExtension(extension({ kind: 'outside', address: '138 0013 8000' })).address).toBe('+8613800138000')
  expect(tidyExtension(extension({ kind: 'sip', address: ' sip:1@example.com ' })).address).toBe('sip:1@example.com')
})
