import {
  AimOutlined,
  ApiOutlined,
  AudioOutlined,
  BranchesOutlined,
  CustomerServiceOutlined,
  EditOutlined,
  GlobalOutlined,
  MessageOutlined,
  MobileOutlined,
  NumberOutlined,
  OrderedListOutlined,
  PartitionOutlined,
  PhoneOutlined,
  PoweroffOutlined,
  QuestionOutlined,
  RollbackOutlined,
  SoundOutlined,
  StarOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons'
import type { ComponentType } from 'react'
import type { ChoiceKind } from '@/parts/fields/choices'
import type { FlowNode } from '../parts/document'

/** A field of the properties panel. Its label is the word `field.<word or name>`. */
export type Field = { name: string; word?: string } & (
  | { type: 'prompts' }
  | { type: 'choose'; from: ChoiceKind; clearable?: boolean }
  | { type: 'number'; min: number; max: number; fallback: number; unit?: 's' }
  | { type: 'text' }
  | { type: 'area' }
  | { type: 'flag' }
  | { type: 'texts' }
  | { type: 'option'; options: readonly string[]; fallback: string }
  /** of: what the names on the left are, variables unless said. */
  | { type: 'values'; of?: 'header' }
  | { type: 'branches' }
)

/** By which ways a node may be left; the required ones must lead somewhere. Both in the order in which they are offered. */
export interface Ways {
  required: readonly string[]
  optional: readonly string[]
}

export type Section = 'say' | 'decide' | 'reach' | 'hand_over' | 'end'
export const SECTIONS: readonly Section[] = ['say', 'decide', 'reach', 'hand_over', 'end']

export interface Kind {
  section: Section
  icon: ComponentType
  ways: (node: FlowNode) => Ways
  /** What a new one holds, besides kind, label and edges. */
  initial: () => FlowNode
  fields: readonly Field[]
}

const only =
  (...required: string[]) =>
  (): Ways => ({ required, optional: [] })

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#']
const RETRY = ['timeout', 'invalid']
const HANDED_OVER = ['failed', 'no_answer', 'busy', 'timeout', 'full', 'empty', 'closed', 'left', 'unreachable', 'invalid_number', 'out_of_service', 'done']
const STATUSES = ['400', '401', '403', '404', '409', '422', '429', '500', '503']

const handedOver =
  (...required: string[]) =>
  (): Ways => ({ required, optional: HANDED_OVER.filter((way) => !required.includes(way)) })

const prompt = (): object => ({ texts: { 'zh-CN': '', en: '' } })
const prompts: Field = { type: 'prompts', name: 'prompts' }
const sayState: Field = { type: 'flag', name: 'say_state' }
const attempts: readonly Field[] = [
  { type: 'number', name: 'timeout_s', min: 1, max: 60, fallback: 5, unit: 's' },
  { type: 'number', name: 'max_attempts', min: 1, max: 10, fallback: 3 },
  { type: 'prompts', name: 'invalid_prompts' },
  { type: 'prompts', name: 'timeout_prompts' },
]

/** The names of a condition's branches, as far as they are written. */
export const branchesOf = (node: FlowNode): string[] =>
  (Array.isArray(node.branches) ? (node.branches as { name?: unknown }[]) : []).map((one) => one.name).filter((name) => typeof name === 'string')

/** The one table of node kinds. Their words are `kind.<kind>` and `kind.<kind>.hint`; an outcome's word is `out.<outcome>`. */
export const KINDS: Readonly<Record<string, Kind>> = {
  play: { section: 'say', icon: SoundOutlined, ways: only('next'), initial: () => ({ prompts: [prompt()] }), fields: [prompts] },
  menu: {
    section: 'say',
    icon: OrderedListOutlined,
    ways: () => ({ required: ['exhausted'], optional: [...KEYS, ...RETRY] }),
    initial: () => ({ prompts: [prompt()], timeout_s: 5, max_attempts: 3 }),
    fields: [prompts, ...attempts],
  },
  collect: {
    section: 'say',
    icon: NumberOutlined,
    ways: () => ({ required: ['next', 'exhausted'], optional: RETRY }),
    initial: () => ({ prompts: [prompt()], variable: 'digits', min_digits: 1, max_digits: 20, finish_on_key: '#', timeout_s: 5, max_attempts: 3 }),
    fields: [
      prompts,
      { type: 'text', name: 'variable' },
      { type: 'flag', name: 'skip_if_set' },
      { type: 'number', name: 'min_digits', min: 1, max: 64, fallback: 1 },
      { type: 'number', name: 'max_digits', min: 1, max: 64, fallback: 20 },
      { type: 'option', name: 'finish_on_key', options: ['#', '*', ''], fallback: '#' },
      ...attempts,
    ],
  },
  condition: {
    section: 'decide',
    icon: BranchesOutlined,
    ways: (node) => ({ required: [...branchesOf(node), 'else'], optional: [] }),
    initial: () => ({ branches: [{ name: 'yes', tests: [{ test: 'variable', variable: 'language', op: 'equals', value: 'en' }] }] }),
    fields: [{ type: 'branches', name: 'branches' }],
  },
  set: { section: 'decide', icon: EditOutlined, ways: only('next'), initial: () => ({ values: {} }), fields: [{ type: 'values', name: 'values' }] },
  sub_flow: {
    section: 'decide',
    icon: PartitionOutlined,
    // Other ways back are those that the called flow names; they are written in the text.
    ways: (node) => ({ required: ['next', 'failed'], optional: Object.keys(node.edges ?? {}).filter((way) => way !== 'next' && way !== 'failed') }),
    initial: () => ({ flow_id: '', inputs: {}, outputs: {} }),
    fields: [{ type: 'choose', name: 'flow_id', from: 'flow' }, { type: 'values', name: 'inputs' }, { type: 'values', name: 'outputs' }],
  },
  return: { section: 'decide', icon: RollbackOutlined, ways: only(), initial: () => ({ outcome: 'next' }), fields: [{ type: 'text', name: 'outcome' }] },
  http: {
    section: 'reach',
    icon: ApiOutlined,
    ways: () => ({ required: ['ok', 'failed'], optional: ['timeout', ...STATUSES] }),
    initial: () => ({ method: 'GET', url: 'https://', headers: {}, body: '', timeout_s: 3, retries: 0, results: {} }),
    fields: [
      { type: 'option', name: 'method', options: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], fallback: 'GET' },
      { type: 'text', name: 'url' },
      { type: 'values', name: 'headers', of: 'header' },
      { type: 'area', name: 'body' },
      { type: 'values', name: 'results' },
      { type: 'number', name: 'timeout_s', word: 'answer_s', min: 1, max: 5, fallback: 3, unit: 's' },
      { type: 'number', name: 'retries', min: 0, max: 2, fallback: 0 },
      { type: 'flag', name: 'repeatable' },
      prompts,
    ],
  },
  lookup: {
    section: 'reach',
    icon: UserOutlined,
    ways: () => ({ required: ['found', 'not_found'], optional: ['many'] }),
    initial: () => ({ by: 'phone', value: '{caller}', prefix: 'customer', adopt: true }),
    fields: [
      { type: 'option', name: 'by', options: ['phone', 'id'], fallback: 'phone' },
      { type: 'text', name: 'value' },
      { type: 'text', name: 'prefix' },
      { type: 'flag', name: 'adopt' },
    ],
  },
  callback: {
    section: 'reach',
    icon: PhoneOutlined,
    ways: only('done', 'failed'),
    initial: () => ({ group_id: '', number: '{caller}', hour: '' }),
    fields: [
      { type: 'choose', name: 'group_id', from: 'group' },
      { type: 'text', name: 'number', word: 'callback_number' },
      { type: 'text', name: 'hour' },
      { type: 'text', name: 'time_zone' },
    ],
  },
  sms: {
    section: 'reach',
    icon: MessageOutlined,
    ways: only('next', 'failed'),
    initial: () => ({ to: '{caller}', texts: { 'zh-CN': '', en: '' } }),
    fields: [{ type: 'text', name: 'to' }, { type: 'texts', name: 'texts' }],
  },
  queue: {
    section: 'hand_over',
    icon: TeamOutlined,
    ways: handedOver(),
    initial: () => ({ group_id: '', priority: 0 }),
    fields: [{ type: 'choose', name: 'group_id', from: 'group' }, { type: 'number', name: 'priority', min: -100, max: 100, fallback: 0 }, prompts],
  },
  agent: {
    section: 'hand_over',
    icon: CustomerServiceOutlined,
    ways: handedOver('failed'),
    initial: () => ({ agent_id: '' }),
    fields: [{ type: 'choose', name: 'agent_id', from: 'agent' }, sayState, prompts],
  },
  extension: {
    section: 'hand_over',
    icon: MobileOutlined,
    ways: handedOver(),
    initial: () => ({ extension: '' }),
    fields: [{ type: 'choose', name: 'extension', from: 'extension' }, sayState, prompts],
  },
  outside: {
    section: 'hand_over',
    icon: GlobalOutlined,
    ways: handedOver('failed'),
    initial: () => ({ number: '' }),
    fields: [{ type: 'text', name: 'number' }, sayState, prompts],
  },
  voicemail: {
    section: 'hand_over',
    icon: AudioOutlined,
    ways: handedOver(),
    initial: () => ({ group_id: null }),
    fields: [
      { type: 'choose', name: 'group_id', from: 'group', clearable: true },
      { type: 'choose', name: 'agent_id', from: 'agent', clearable: true },
      prompts,
    ],
  },
  survey: {
    section: 'reach',
    icon: StarOutlined,
    ways: only('done'),
    initial: () => ({ survey_id: '' }),
    fields: [{ type: 'choose', name: 'survey_id', from: 'survey' }],
  },
  hang_up: { section: 'end', icon: PoweroffOutlined, ways: only(), initial: () => ({ prompts: [prompt()] }), fields: [prompts] },
}

/** A kind that this page does not know: its ways are those that it has, and its fields are JSON. */
const UNKNOWN: Kind = { section: 'decide', icon: QuestionOutlined, ways: only(), initial: () => ({}), fields: [] }

export const START_ICON = AimOutlined

export const kindOf = (node: FlowNode): Kind => KINDS[node.kind ?? ''] ?? UNKNOWN
export const isKnown = (node: FlowNode): boolean => (node.kind ?? '') in KINDS

/** The ways that a node shows, from above: keys in use, those that it must have, the others in use. */
export function shownWays(node: FlowNode): string[] {
  const { required, optional } = kindOf(node).ways(node)
  const used = Object.keys(node.edges ?? {}).filter((way) => !required.includes(way))
  const rank = (way: string): number => (optional.includes(way) ? optional.indexOf(way) : optional.length)
  used.sort((a, b) => rank(a) - rank(b))
  return [...used.filter((way) => KEYS.includes(way)), ...required, ...used.filter((way) => !KEYS.includes(way))]
}

/** The way that a new connection takes: the first that still leads nowhere; null when all do. A menu offers a key first. */
export function nextWay(node: FlowNode): string | null {
  const { required, optional } = kindOf(node).ways(node)
  const free = (way: string): boolean => !(way in (node.edges ?? {}))
  const key = node.kind === 'menu' ? optional.find(free) : undefined
  return key ?? required.find(free) ?? optional.find(free) ?? null
}

/** Whether there are ways besides those shown. */
export const hasMoreWays = (node: FlowNode): boolean => kindOf(node).ways(node).optional.some((way) => !(way in (node.edges ?? {})))
