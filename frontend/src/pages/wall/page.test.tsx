import { describe, expect, test } from 'vitest'
import type { Agent, AgentState, Call, GroupStatus } from '@/api/types'
import { agentsByAttention, alarmOf, byAttention, callsByAttention, groupViews, waitOf, type GroupView } from './parts/attention'

const NOW = 1_800_000_000_000
const nobody = { ready: 0, not_ready: 0, reserved: 0, on_call: 0, wrap_up: 0 }

const status = (group_id: string, part: Partial<GroupStatus> = {}): GroupStatus => ({
  group_id,
  name: group_id,
  waiting: 0,
  longest_wait_since: null,
  agents: nobody,
  answered_today: 0,
  abandoned_today: 0,
  service_level: null,
  version: 1,
  ...part,
})
const view = (group_id: string, part: Partial<GroupView> = {}): GroupView => ({ ...status(group_id), target_s: 20, agents: { ...nobody, ready: 1 }, ...part })
const agent = (agent_id: string, state: AgentState, since_s: number, part: Partial<Agent> = {}): Agent => ({
  agent_id,
  name: agent_id,
  state,
  state_since: NOW - since_s * 1000,
  reason: '',
  next_state: null,
  groups: [{ group_id: 'sales', level: 5, priority: 1, position: 50, weight: 10 }],
  phone: { kind: 'browser', address: '', nailed_up: false },
  nailed_up: null,
  supervising: null,
  call_id: null,
  offer_id: null,
  wrap_up_until: null,
  phone_lease_until: null,
  idle_since: 0,
  department_id: '',
  version: 1,
  ...part,
})
const waitingSince = (seconds: number): Partial<GroupView> => ({ waiting: 1, longest_wait_since: NOW - seconds * 1000 })

describe('what needs attention', () => {
  test('a wait beyond the target is an alarm from the second after it on', () => {
    expect(alarmOf(view('a', waitingSince(20)), NOW)).toBe('warn.waiting')
    expect(alarmOf(view('a', waitingSince(21)), NOW)).toBe('alarm.wait')
  })

  test('calls with nobody signed in are the worst; an empty queue with nobody is none', () => {
    expect(alarmOf(view('a', { ...waitingSince(1), agents: nobody }), NOW)).toBe('alarm.unstaffed')
    expect(alarmOf(view('a', { agents: nobody }), NOW)).toBeNull()
  })

  test('a low service level is marked, the promised one is not', () => {
    expect(alarmOf(view('a', { service_level: 0.79 }), NOW)).toBe('warn.level')
    expect(alarmOf(view('a', { service_level: 0.8 }), NOW)).toBeNull()
  })

  test('the longest wait is told only while calls wait, and never below zero', () => {
    expect(waitOf(status('a', { waiting: 0, longest_wait_since: NOW - 9000 }), NOW)).toBeNull()
    expect(waitOf(status('a', { waiting: 1, longest_wait_since: NOW + 500 }), NOW)).toBe(0)
  })

  test('groups rise as they need attention, and the order changes with time alone', () => {
    const groups = [
      view('fine'),
      view('low', { service_level: 0.5 }),
      view('short', waitingSince(5)),
      view('late', waitingSince(30)),
      view('later', waitingSince(60)),
      view('unstaffed', { ...waitingSince(2), agents: nobody }),
    ]
    expect(byAttention(groups, NOW).map((one) => one.group_id)).toEqual(['unstaffed', 'later', 'late', 'short', 'low', 'fine'])
    expect(byAttention([view('b', { service_level: 0.1 }), view('a', waitingSince(-10))], NOW).map((one) => one.group_id)[0]).toBe('a')
  })

  test('agents: over-long wrap-ups first, then by state, the longest first, signed out last', () => {
    const agents = [
      agent('out', 'signed_out', 9000),
      agent('ready', 'ready', 50),
      agent('talking', 'on_call', 10),
      agent('talking long', 'on_call', 900),
      agent('break', 'not_ready', 400),
      agent('over', 'wrap_up', 100, { wrap_up_until: NOW - 1 }),
      agent('wrapping', 'wrap_up', 100, { wrap_up_until: NOW + 1 }),
      agent('ringing', 'reserved', 3),
    ]
    expect(agentsByAttention(agents, NOW).map((one) => one.agent_id)).toEqual(['over', 'ringing', 'break', 'wrapping', 'talking long', 'talking', 'ready', 'out'])
  })

  test('calls: those that wait first, ended ones not at all', () => {
    const call = (call_id: string, state: Call['state'], started_s: number): Call =>
      ({ call_id, state, started_at: NOW - started_s * 1000, queued_at: null, answered_at: null }) as Call
    const calls = [call('talk', 'talking', 100), call('end', 'ended', 5), call('new', 'queued', 3), call('old', 'queued', 30)]
    expect(callsByAttention(calls).map((one) => one.call_id)).toEqual(['old', 'new', 'talk'])
  })
})

describe('snapshot and stream', () => {
  const agents = [agent('a', 'ready', 1), agent('b', 'on_call', 1), agent('c', 'signed_out', 1), agent('d', 'ready', 1, { groups: [] })]

  test('the stream is laid over the snapshot; what it does not carry stays', () => {
    const snapshot = [status('sales', { name: '销售', answered_today: 7, waiting: 0 })]
    const live = new Map([['sales', { waiting: 3, longest_wait_since: NOW - 1000, name: '' }]])
    const [group] = groupViews(snapshot, live, agents, new Map([['sales', 15]]))
    expect(group).toMatchObject({ name: '销售', answered_today: 7, waiting: 3, longest_wait_since: NOW - 1000, target_s: 15 })
  })

  test('agents are counted from the grid below: members who are signed in', () => {
    const [group] = groupViews([status('sales')], new Map(), agents, new Map())
    expect(group?.agents).toEqual({ ready: 1, not_ready: 0, reserved: 0, on_call: 1, wrap_up: 0 })
    expect(group?.target_s).toBe(20)
  })

  test('an emptied queue is told by null, not kept from the snapshot', () => {
    const snapshot = [status('sales', { waiting: 1, longest_wait_since: NOW - 5000 })]
    const [group] = groupViews(snapshot, new Map([['sales', { waiting: 0, longest_wait_since: null }]]), agents, new Map())
    expect(group).toMatchObject({ waiting: 0, longest_wait_since: null })
  })
})
