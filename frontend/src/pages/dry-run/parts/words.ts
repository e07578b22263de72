import type { Condition, DryRun, RouteStep } from '@/api/types'
import { kindOf, nameIn } from '@/parts/conditions/fields'
import { dryRunWords } from '../locale'

type Key = keyof typeof dryRunWords.words.en
type Say = ReturnType<typeof dryRunWords.useWords>
/** Says a condition, and what a call has of its field, in words of the form. */
export interface Told {
  condition: (condition: Condition) => string
  value: (field: string, value: string) => string
}
/** Names a group, agent, … by its id. */
export type NameOf = (kind: string, id: string) => string

const has = (key: string): key is Key => key in dryRunWords.words.en

/** The sentence of an outcome, by what was asked. */
const KEYS: Partial<Record<string, (outcome: string) => string>> = {
  number: (outcome) => `number.${outcome}`,
  screening: (outcome) => `screening.${outcome}`,
  hours: (outcome) => `hours.${outcome}`,
  rule: (outcome) => `rule.${outcome}`,
  default: (outcome) => `default.${outcome}`,
  end: (outcome) => `end.${outcome}`,
  route: (outcome) => `route.${outcome}`,
  group: (outcome) => `group.${outcome}`,
  group_route: (outcome) => `group_route.${outcome}`,
  priority: (outcome) => `priority.${outcome}`,
  memory: (outcome) => `memory.${outcome}`,
  skills: (outcome) => `skills.${outcome}`,
  then: (outcome) => `then.${outcome}`,
  flow: (outcome) => `flow.${outcome}`,
  keys: (outcome) => `keys.${outcome}`,
  agent: (outcome) => `agent.${outcome}`,
  extension: (outcome) => `extension.${outcome}`,
  outside: (outcome) => `outside.${outcome}`,
  voicemail: (outcome) => `voicemail.${outcome}`,
}

/** One step in a sentence. An outcome without a sentence of its own (a node's) is told as it is. */
export function sentence(step: RouteStep, say: Say, told: Told, nameOf: NameOf): string {
  const { asked, outcome, detail } = step
  const params: Record<string, string> = { ...detail, by: step.by, to: whereTo(detail, say, nameOf), why: reasonOf(detail.why, say), condition: '', asked, outcome }
  if (detail.field) {
    params.condition = told.condition({ field: detail.field, op: (detail.op ?? 'equals') as Condition['op'], value: detail.value ?? '' })
    params.has = detail.has ? told.value(detail.field, detail.has) : say('nothing')
  }
  if (asked === 'agent') params.by = nameOf('agent', step.by)
  const key = KEYS[asked]?.(outcome) ?? asked
  return say(has(key) ? key : 'other', params)
}

function whereTo(detail: Record<string, string>, say: Say, nameOf: NameOf): string {
  const key = `to.${detail.to ?? ''}`
  return has(key) ? say(key, { id: nameOf(detail.to ?? '', detail.id ?? '') }).trim() : '—'
}

function reasonOf(why: string | undefined, say: Say): string {
  const key = `because.${why ?? ''}`
  return has(key) ? say(key) : (why ?? '')
}

/** Where the call is in the end. */
export function ending(final: DryRun['final'], say: Say, nameOf: NameOf): string {
  const shown = final.kind === 'group' || final.kind === 'flow' ? final.name || final.id : nameOf(final.kind, final.id)
  return say('final', { where: say(`kind.${final.kind}`, { name: shown }) })
}

/** Which way a step tips: it decided, it was passed over, it stops the call; else it only informs. */
export function tone(step: RouteStep): 'success' | 'default' | 'error' | 'processing' {
  if (step.asked === 'rule') return step.outcome === 'holds' ? 'success' : 'default'
  if (['end', 'route'].includes(step.asked) || ['missing', 'unknown', 'blacklisted'].includes(step.outcome)) return 'error'
  if (['closed', 'empty', 'full', 'busy', 'unreachable', 'service_level'].includes(step.outcome)) return 'error'
  return step.outcome === 'rings' || step.outcome === 'takes' || step.outcome === 'message' ? 'success' : 'processing'
}

/** What a field is, and which list, schedule or variable it names. */
export const namedBy = (field: string): { kind: ReturnType<typeof kindOf>; name: string } => ({ kind: kindOf(field), name: nameIn(field) })

/** What is typed for keys, as the API takes it. */
export const keysOf = (typed: string): string[] => typed.trim().split(/\s+/).filter(Boolean).map((one) => (one === '-' ? '' : one))
