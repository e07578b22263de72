/** What travels between web app and backend, word for word as the API document has it. Times: ms since the epoch; `_s`: seconds. */

export type Locale = 'zh-CN' | 'en'
export type Label = Record<Locale, string>

export interface Page<T> {
  items: T[]
  cursor?: string | null
}

export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  params?: Record<string, unknown>
  correlation_id?: string
}

export interface Me {
  username: string
  name: string
  roles: string[]
  permissions: string[]
  scope: string
  department_id: string | null
  extension: string | null
  locale: Locale | null
}

export interface Session {
  access_token: string
  expires_at: number
  user: Me
}

export interface User {
  username: string
  name: string
  pinyin: string
  email: string | null
  phone: string | null
  roles: string[]
  department_id: string | null
  extension: string | null
  disabled: boolean
  locale: Locale | null
  version: number
}

export interface Department {
  department_id: string
  name: string
  parent_id: string | null
  version: number
}

export interface Role {
  role_id: string
  name: Label
  permissions: string[]
  scope: string
  builtin: boolean
  version: number
}

export interface PermissionName {
  name: string
  label: Label
}

export interface AddressBookEntry {
  username: string
  name: string
  pinyin: string
  extension: string | null
  department_id: string | null
  department_name: string | null
  agent_state: AgentState | null
}

export interface Reason {
  code: string
  label: Label
}

export interface Reasons {
  not_ready: Reason[]
  sign_out: Reason[]
  dispositions: Reason[]
}

export type AgentState = 'signed_out' | 'ready' | 'not_ready' | 'reserved' | 'on_call' | 'wrap_up'
export type PhoneKind = 'browser' | 'sip' | 'outside'

export interface Agent {
  agent_id: string
  name: string
  state: AgentState
  state_since: number
  reason: string | null
  next_state: AgentState | { state: AgentState; reason?: string } | null
  groups: { group_id: string; level: number; priority: number }[]
  phone: { kind: PhoneKind; address: string | null } | null
  call_id: string | null
  offer_id: string | null
  wrap_up_until: number | null
  phone_lease_until: number | null
  idle_since: number | null
  version: number
}

export interface AgentSnapshot {
  agent: Agent
  call: Call | null
  server_time: number
}

export interface HeartbeatAnswer {
  agent_version: number
  call_version: number | null
  server_time: number
}

export interface AgentGroup {
  group_id: string
  name: string
  level: number
  priority: number
}

export interface PhoneToken {
  kind: 'simulator' | 'twilio'
  url?: string | null
  edge?: string | null
  identity: string
  token: string
  expires_at: number
}

export type Direction = 'inbound' | 'outbound' | 'internal'
export type CallState = 'arriving' | 'in_flow' | 'queued' | 'connecting' | 'talking' | 'after_call' | 'ended'
export type LegRole = 'customer' | 'agent' | 'outside' | 'supervisor'
export type LegState = 'dialling' | 'ringing' | 'joined' | 'held' | 'left'
export type OfferKind = 'queue' | 'transfer' | 'recall' | 'consult' | 'outbound' | 'internal' | 'rejoin'
export type OfferState =
  | 'made'
  | 'dialling'
  | 'ringing'
  | 'accepted'
  | 'declined'
  | 'no_answer'
  | 'busy'
  | 'unreachable'
  | 'withdrawn'

export interface Leg {
  leg_id: string
  role: LegRole
  agent_id: string | null
  address: string
  state: LegState
  sid: string | null
  joined_at: number | null
  left_at: number | null
  cause: string | null
  held_since: number | null
  muted: boolean
}

export interface Offer {
  offer_id: string
  kind: OfferKind
  agent_id: string
  group_id: string | null
  state: OfferState
  made_at: number
  ring_until: number
  ended_at: number | null
}

export interface DispositionEntry {
  agent_id: string
  code: string
  note: string
  at: number
}

export interface Attribution {
  number?: string
  national?: string | null
  country?: string | null
  region?: string | null
  carrier_name?: string | null
}

export interface Call {
  call_id: string
  direction: Direction
  state: CallState
  carrier: string
  customer_number: string
  trunk_number: string
  attribution: Attribution | string | null
  group_id: string | null
  customer_id: string | null
  variables: Record<string, unknown>
  queued_at: number | null
  started_at: number
  answered_at: number | null
  ended_at: number | null
  cause: string | null
  legs: Leg[]
  offers: Offer[]
  /** A consultation being made or under way: by whom, and the leg of the one consulted. */
  consulting: { by: string; leg_id: string } | null
  recording_ids: string[]
  ivr_path: IvrStep[]
  dispositions: DispositionEntry[]
  version: number
}

/** A node that the caller noticed. label: as the flow names it; digits: keyed there, "" for nothing. */
export interface IvrStep {
  node_id: string
  label: string
  digits: string
}

export type TargetKind = 'agent' | 'group' | 'flow' | 'outside'
export interface Target {
  kind: TargetKind
  id: string
}

export interface CallRecord {
  call_id: string
  direction: Direction
  customer_number: string
  attribution: Attribution | string | null
  trunk_number: string
  group_id: string | null
  agent_ids: string[]
  customer_id: string | null
  started_at: number
  answered_at: number | null
  ended_at: number | null
  wait_s: number | null
  talk_s: number | null
  hold_s: number | null
  cause: string | null
  disposition: string | null
  recording_ids: string[]
}

export interface CallEvent {
  event_id: string
  at: number
  type: string
  who: string | null
  from: string | null
  to: string | null
  cause: string | null
  data: Record<string, unknown> | null
}

export interface GroupStatus {
  group_id: string
  name: string
  waiting: number
  longest_wait_since: number | null
  agents: Record<'ready' | 'not_ready' | 'reserved' | 'on_call' | 'wrap_up', number>
  answered_today: number
  abandoned_today: number
  service_level: number | null
  version?: number
}

export interface Wall {
  server_time: number
  groups: GroupStatus[]
  agents: Agent[]
  calls: Call[]
}

export interface Ticket {
  ticket: string
  expires_at: number
}

export type RouteKind = 'flow' | 'group' | 'agent' | 'outside' | 'voicemail' | 'hang_up'
export interface Route {
  kind: RouteKind
  id?: string | null
  message?: Label | null
}

export interface TrunkNumber {
  number: string
  name: string
  carrier: string
  inbound: boolean
  outbound: boolean
  flow_id: string | null
  group_id: string | null
  schedule_id: string | null
  closed_route: Route | null
  concurrency_limit: number | null
  caller_id_pool: string[]
  record: boolean
  version: number
}

export interface Extension {
  extension: string
  kind: PhoneKind
  username: string | null
  address: string | null
  name: string
  version: number
}

export interface Interval {
  from: string
  to: string
}
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'

export interface Schedule {
  schedule_id: string
  name: string
  time_zone: string
  weekly: Record<Weekday, Interval[]>
  dates: { date: string; name: string; intervals: Interval[]; route: Route | null }[]
  version: number
}

export interface ScreeningEntry {
  entry_id: string
  kind: 'black' | 'white'
  pattern: string
  reason: string
  expires_at: number | null
  version: number
}

export interface Group {
  group_id: string
  name: string
  extension: string | null
  method: 'longest_idle' | 'level_longest_idle'
  ring_s: number
  wrap_up_s: number
  wrap_up_limit_s: number
  max_wait_s: number | null
  timeout_route: Route | null
  max_waiting: number | null
  overflow_route: Route | null
  empty_route: Route | null
  leave_key: string | null
  leave_route: Route | null
  schedule_id: string | null
  closed_route: Route | null
  greeting: Label
  music_url: string | null
  announce_position: boolean
  announce_every_s: number
  announce_agent: boolean
  record: boolean
  service_level_s: number
  ageing_rate: number
  department_id: string | null
  voicemail_greeting: Label
  version: number
}

export interface Member {
  username: string
  name: string
  level: number
  priority: number
  version: number
}

export interface Flow {
  flow_id: string
  name: string
  draft: Record<string, unknown>
  published_version: number | null
  version: number
}

export interface FlowProblem {
  node: string | null
  code: string
  detail: string
}

export interface FlowVersion {
  version: number
  published_at: number
  published_by: string
  document?: Record<string, unknown>
}

export interface Recording {
  recording_id: string
  call_id: string
  kind: 'call' | 'voicemail'
  direction: Direction
  state: 'expected' | 'available' | 'copying' | 'stored' | 'failed' | 'deleted'
  caller: string
  callee: string
  agent_ids: string[]
  group_id: string | null
  customer_id: string | null
  started_at: number
  ended_at: number | null
  duration_s: number | null
  channels: number | null
  size: number | null
  file_name: string | null
  sha256: string | null
  segments: { agent_id: string; from_ms: number; to_ms: number }[]
  version: number
}

export interface Customer {
  customer_id: string
  name: string
  phones: string[]
  company: string
  notes: string
  department_id: string | null
  owner: string | null
  created_at: number
  updated_at: number
  version: number
}

export interface ScreenPop {
  customer: Customer | null
  candidates: Customer[]
  history: CallRecord[]
  attribution: Attribution | string | null
  call: { group_id: string | null; trunk_number: string; ivr_path: IvrStep[]; variables: Record<string, unknown> } | null
}

export interface Health {
  status: 'ok' | 'degraded'
  parts: Record<string, string>
}
