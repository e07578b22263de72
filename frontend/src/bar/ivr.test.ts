import { expect, test } from 'vitest'
import type { PathStep } from '@/api/types'
import { keyedIn, pathText } from './ivr'

const step = (label: string, digits = ''): PathStep => ({ node_id: label, label, digits, flow_id: 'main', version: 1 })
const ivr_path = [step('欢迎'), step('主菜单', '1'), step('请输入订单号', '20261122'), step('销售')]

test('the way reads as the caller went it', () => {
  expect(pathText({ ivr_path })).toBe('欢迎 → 主菜单 → 1 → 请输入订单号 → 20261122 → 销售')
  expect(pathText({ ivr_path: [] })).toBe('')
})

test('of a long way the end is shown where room is short', () => {
  expect(pathText({ ivr_path }, 3)).toBe('… → 请输入订单号 → 20261122 → 销售')
})

test('keys are told once, and what the flow found out besides', () => {
  const variables = { order: '20261122', vip: 'yes', voicemail_box: 'group:8001', raw: { a: 1 } }
  expect(keyedIn({ ivr_path, variables })).toBe('1 20261122 vip=yes')
})
