import type { Agent, AgentState, Call, GroupStatus } from '@/api/types'

/** Service level that centres commonly promise; below it a group is marked. */
export const LEVEL_TARGET = 0.8
export const DEFAULT_TARGET_S = 20

export type Alarm = 'alarm.wait' | 'alarm.unstaffed' | 'warn.level' | 'warn.waiting' | null
export const COUNTED: readonly (keyof GroupStatus['agents'])[] = ['ready', 'reserved', 'on_call', 'wrap_up', 'not_ready']

/** A group as the wall shows it. */
export interface GroupView extends GroupStatus {
  /** Seconds within which calls are to be answered. */
  target_s: number
}

/** Seconds that the longest waiting call has waited; null when none waits. */
export const waitOf = (group: GroupStatus, now: number): number | null =>
  group.waiting > 0 && group.longest_wait_since !== null ? Math.max(0, (now - group.longest_wait_since) / 1000) : null

/** What is wrong with a group, the worst first; null when nothing is. */
export function alarmOf(group: GroupView, now: number): Alarm {
  const staffed = COUNTED.some((state) => group.agents[state] > 0)
  if (group.waiting > 0 && !staffed) return 'alarm.unstaffed'
  if ((waitOf(group, now) ?? 0) > group.target_s) return 'alarm.wait'
  if (group.service_level !== null && group.service_level < LEVEL_TARGET) return 'warn.level'
  return group.waiting > 0 ? 'warn.waiting' : null
}

const WEIGHT: Record<NonNullable<Alarm>, number> = { 'alarm.unstaffed': 4, 'alarm.wait': 3, 'warn.waiting': 2, 'warn.level': 1 }
const weightOf = (alarm: Alarm): number => (alarm === null ? 0 : WEIGHT[alarm])

/** What needs attention first: by alarm, then by the longest wait, by calls waiting, by name. */
export function byAttention(groups: readonly GroupView[], now: number): GroupView[] {
  return [...groups].sort(
    (a, b) =>
      weightOf(alarmOf(b, now)) - weightOf(alarmOf(a, now)) ||
      (waitOf(b, now) ?? -1) - (waitOf(a, now) ?? -1) ||
      b.waiting - a.waiting ||
      a.name.localeCompare(b.name, 'zh-CN'),
  )
}

const STATE_ORDER: readonly AgentState[] = ['reserved', 'not_ready', 'wrap_up', 'on_call', 'ready', 'signed_out']

export const isOverWrapUp = (agent: Agent, now: number): boolean =>
  agent.state === 'wrap_up' && agent.wrap_up_until !== null && now > agent.wrap_up_until

/** Over-long wrap-ups first, then state by state, those longest in it first. */
export function agentsByAttention(agents: readonly Agent[], now: number): Agent[] {
  return [...agents].sort(
    (a, b) =>
      Number(isOverWrapUp(b, now)) - Number(isOverWrapUp(a, now)) ||
      STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) ||
      a.state_since - b.state_since ||
      a.name.localeCompare(b.name, 'zh-CN'),
  )
}

export const isIn = (agent: Agent, group_id: string): boolean => agent.groups.some((one) => one.group_id === group_id)

/** How many agents of a group are in each state, counted from the agents that the wall shows below. */
export function countAgents(agents: readonly Agent[], group_id: string): GroupStatus['agents'] {
  const counts: GroupStatus['agents'] = { ready: 0, not_ready: 0, reserved: 0, on_call: 0, wrap_up: 0 }
  for (const agent of agents) if (agent.state !== 'signed_out' && isIn(agent, group_id)) counts[agent.state] += 1
  return counts
}

/**
 * What the stream says of a group laid over the last snapshot: the stream is newer but may carry the queue alone, the
 * snapshot has the name and the day's figures. Agents are counted here, so that the tile agrees with the agents below it.
 */
export function groupViews(
  snapshot: readonly GroupStatus[],
  live: ReadonlyMap<string, Partial<GroupStatus>>,
  agents: readonly Agent[],
  targets: ReadonlyMap<string, number>,
): GroupView[] {
  return snapshot.map((group) => {
    const known = Object.entries(live.get(group.group_id) ?? {}).filter(([, value]) => value !== '')
    return {
      ...group,
      ...(Object.fromEntries(known) as Partial<GroupStatus>),
      agents: countAgents(agents, group.group_id),
      target_s: targets.get(group.group_id) ?? DEFAULT_TARGET_S,
    }
  })
}

const CALL_ORDER: readonly Call['state'][] = ['queued', 'connecting', 'in_flow', 'arriving', 'talking', 'after_call', 'ended']

/** Calls that are not over: those that wait first, the oldest of each state first. */
export function callsByAttention(calls: readonly Call[]): Call[] {
  return calls
    .filter((call) => call.state !== 'ended')
    .sort((a, b) => CALL_ORDER.indexOf(a.state) - CALL_ORDER.indexOf(b.state) || sinceOf(a) - sinceOf(b))
}

/** Since when a call is in its state, as near as its record tells. */
export function sinceOf(call: Call): number {
  if (call.state === 'queued') return call.queued_at ?? call.started_at
  return call.state === 'talking' ? (call.answered_at ?? call.started_at) : call.started_at
}
