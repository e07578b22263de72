import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { queryClient } from '@/api/queries'
import { session } from '@/api/session'
import { Surroundings } from '@/app/App'
import type { Group, Me } from '@/api/types'
import { answering, type Asked } from '../../../tests/answering'
import { Members } from './parts/Members'
import { isHalf, needsRoute, spoken, tidyGroup } from './parts/rules'

const GROUP: Group = {
  group_id: '8001', name: '销售', extension: '8001', method: 'longest_idle', ring_s: 20, wrap_up_s: 30, wrap_up_limit_s: 300,
  max_wait_s: null, timeout_route: null, max_waiting: null, overflow_route: null, empty_route: null, leave_key: null, leave_route: null,
  schedule_id: null, closed_route: null, greeting: { 'zh-CN': '您好', en: 'Hello' }, greeting_prompt_id: null, music_url: null, music_prompt_id: null, announce_position: true,
  announce_every_s: 30, announce_agent: true, record: true, recording_control: 'none', recording_pause_s: 120, show_listening: null, service_level_s: 20, ageing_rate: 1, department_id: null,
  voicemail_greeting: { 'zh-CN': '', en: '' }, former_methods: [], method_at: 0, version: 4,
  service_level_min: null, service_level_route: null, queue_flow_id: null, callback_key: null, callback_tries: 2, callback_retry_s: 600, own_rule: '', skill_rules: [], memory: 'none', memory_s: 20, memory_days: 30, priority_rules: [], priority_formula: '', survey_id: null, survey_asked: 'never', survey_share: 100, survey_outbound: false,
}

function signedIn(...permissions: string[]): void {
  session.setState({ status: 'signed_in', user: { username: 'admin1', permissions } as unknown as Me, accessToken: 't' })
}

function open(group = GROUP): Asked[] {
  const asked = answering({
    'GET /api/groups/{id}/members': () => ({ items: [{ username: 'agent1', name: '李静', level: 5, priority: 1, position: 50, weight: 10, version: 1 }] }),
    'PUT /api/groups/{id}/members/{name}': ({ body }) => body,
  })
  render(
    <Surroundings>
      <Members group={group} />
    </Surroundings>,
  )
  return asked
}

beforeEach(() => queryClient.clear())

test('a member’s level is saved when the field is left; nothing is sent when it did not change', async () => {
  signedIn('groups.read', 'groups.write')
  const asked = open()
  const level = await screen.findByLabelText('李静 的等级')
  fireEvent.blur(level)
  fireEvent.change(level, { target: { value: '9' } })
  fireEvent.blur(level)
  await waitFor(() => expect(asked.filter((one) => one.method === 'PUT').map((one) => one.body)).toEqual([{ level: 9, priority: 1, position: 50, weight: 10, name: '李静' }]))
})

test('a weighted group asks for weights, a linear one for positions, others for neither', async () => {
  signedIn('groups.read', 'groups.write')
  const asked = open({ ...GROUP, method: 'weighted' })
  const weight = await screen.findByLabelText('李静 的权重')
  expect(screen.queryByLabelText('李静 的顺序')).toBeNull()
  fireEvent.change(weight, { target: { value: '100' } })
  fireEvent.blur(weight)
  await waitFor(() => expect(asked.find((one) => one.method === 'PUT')?.body).toMatchObject({ weight: 100 }))
})

test('who may only read sees the members and no way to change them', async () => {
  signedIn('groups.read')
  open()
  expect(await screen.findByText('李静')).toBeDefined()
  expect(screen.queryByLabelText(/李静/)).toBeNull()
  expect(screen.queryByLabelText('添加成员')).toBeNull()
})

test('a limit without a way for the calls beyond it is refused', () => {
  expect(needsRoute(60, null)).toBe(true)
  expect(needsRoute(0, null)).toBe(true)
  expect(needsRoute(null, null)).toBe(false)
  expect(needsRoute('*', { kind: 'voicemail', id: '8001', message: null })).toBe(false)
})

test('texts: half filled is noticed, and nothing empty is sent', () => {
  expect(isHalf({ 'zh-CN': '您好', en: ' ' })).toBe(true)
  expect(isHalf({})).toBe(false)
  expect(spoken({ 'zh-CN': '您好', en: ' ' })).toEqual({ 'zh-CN': '您好' })
  expect(tidyGroup({ ...GROUP, music_url: ' ', leave_key: '' }).music_url).toBeNull()
})
