import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema'
import { findNodeAtLocation, parseTree, type Node as JsonNode, type ParseError } from 'jsonc-parser'
import type { FlowWord } from '../locale'
import { lenient, outlineOf } from './document'

/** Something wrong in the text: where (offsets), what, and whether the draft can be saved all the same. */
export interface TextProblem {
  /** The node that it concerns; "" for the document. */
  node: string
  from: number
  to: number
  line: number
  word: FlowWord
  params: Record<string, string>
  severity: 'error' | 'warning'
}

type Params = Record<string, string>
type Found = Omit<TextProblem, 'node' | 'from' | 'to' | 'line'> & { path: (string | number)[] }

/** Kinds of complaint that name the cause itself; the validator repeats each for every level above. */
const CAUSES = ['required', 'additionalProperties', 'type', 'enum', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'propertyNames'] as const

/** Those whose message names a field. */
const NAMING: readonly string[] = ['required', 'additionalProperties', 'propertyNames']

/**
 * The schema with every "one of these, told apart by a field" written as conditions on that field: a wrong field of a
 * menu is then told as such, and not as ten kinds of node that do not fit.
 */
export function decided(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(decided)
  if (typeof schema !== 'object' || schema === null) return schema
  const { anyOf, discriminator, ...rest } = schema as Record<string, unknown>
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, decided(value)]))
  if (discriminator === undefined) return anyOf === undefined ? inner : { ...inner, anyOf: decided(anyOf) }
  const { propertyName, mapping } = discriminator as { propertyName: string; mapping: Record<string, string> }
  const cases = Object.entries(mapping).map(([value, $ref]) => ({
    if: { properties: { [propertyName]: { const: value } }, required: [propertyName] },
    then: { $ref },
  }))
  const choice = { type: 'object', required: [propertyName], properties: { [propertyName]: { enum: Object.keys(mapping) } } }
  return { ...inner, ...choice, allOf: cases }
}

export type Check = (text: string) => TextProblem[]

/** A checker for texts of flow documents: syntax, then the schema (when it is known), then links between nodes. */
export function checker(schema: Record<string, unknown> | undefined): Check {
  const rules = schema && decided(schema)
  const validator = rules === undefined ? undefined : new Validator(rules as Schema, '2020-12', false)
  return (text) => {
    const errors: ParseError[] = []
    const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
    const first = errors[0]
    if (first || tree === undefined) {
      const from = first?.offset ?? 0
      return [{ node: '', from, to: from + (first?.length ?? 0), line: lineAt(text, from), word: 'bad.syntax', params: {}, severity: 'error' }]
    }
    const value: unknown = JSON.parse(text)
    const wrong = validator ? validator.validate(value).errors.flatMap((unit) => problemOf(unit, value, rules)) : []
    return [...once(wrong), ...linkProblems(value)].map((found) => placed(found, text, tree))
  }
}

function problemOf(unit: OutputUnit, value: unknown, schema: unknown): Found[] {
  const cause = CAUSES.find((name) => name === unit.keyword)
  const wanted = ruleAt(unit.keywordLocation, schema)
  if (cause === undefined || isEcho(unit, cause, wanted)) return []
  const path = pathOf(unit.instanceLocation, value)
  const name = NAMING.includes(cause) ? (/"([^"]+)"/.exec(unit.error)?.[1] ?? '') : ''
  const expected = Array.isArray(wanted) ? wanted.join(', ') : typeof wanted === 'string' || typeof wanted === 'number' ? String(wanted) : ''
  return [{ path: cause === 'additionalProperties' ? [...path, name] : path, word: `bad.${cause}`, params: { name, expected }, severity: 'error' }]
}

/** A complaint that another one explains better: of an alternative "or null", of a name's form, of a property's own content. */
function isEcho(unit: OutputUnit, cause: string, wanted: unknown): boolean {
  if (cause === 'additionalProperties') return wanted !== false
  return (cause === 'type' && wanted === 'null') || unit.keywordLocation.includes('/propertyNames/')
}

const unescaped = (part: string): string => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')

/** What the schema says at the place of a rule that was broken; references are followed on the way. */
function ruleAt(pointer: string, schema: unknown): unknown {
  const step = (at: unknown, part: string): unknown => {
    const found = (at as Record<string, unknown> | undefined)?.[part]
    return part === '$ref' && typeof found === 'string' ? ruleAt(found, schema) : found
  }
  return pointer.split('/').slice(1).map(unescaped).reduce(step, schema)
}

/** `#/nodes/menu/prompts/0` as a path; parts of arrays are numbers. */
function pathOf(pointer: string, value: unknown): (string | number)[] {
  const parts = pointer.split('/').slice(1).map(unescaped)
  let at = value
  return parts.map((part) => {
    const key = Array.isArray(at) ? Number(part) : part
    at = (at as Record<string | number, unknown> | undefined)?.[key]
    return key
  })
}

/** Alternatives (`or null`) complain each for itself: one complaint a place is enough. */
function once(found: Found[]): Found[] {
  const seen = new Set<string>()
  return found.filter((one) => {
    const key = `${one.path.join('/')} ${one.word} ${one.params.name ?? ''}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Ways that lead nowhere. They may be saved (the draft is work in progress) but not published. */
function linkProblems(value: unknown): Found[] {
  const { start, nodes } = lenient(value)
  const warn = (path: string[], word: FlowWord, params: Params): Found => ({ path, word, params, severity: 'warning' })
  const missing = [...nodes].flatMap(([id, node]) =>
    node.edges
      .filter(([, target]) => !nodes.has(target))
      .map(([outcome, target]) => warn(['nodes', id, 'edges', outcome], 'bad.missing_target', { name: target, expected: outcome })),
  )
  const lost = outlineOf(value).unreached.map((id) => warn(['nodes', id], 'bad.unreachable', { name: id }))
  if (start !== null && !nodes.has(start)) return [warn(['start'], 'bad.missing_start', { name: start }), ...missing]
  return [...missing, ...lost]
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

function placed({ path, ...problem }: Found, text: string, tree: JsonNode): TextProblem {
  let at: JsonNode | undefined
  for (let length = path.length; length >= 0 && at === undefined; length -= 1) at = findNodeAtLocation(tree, path.slice(0, length))
  // The key is what one looks for; the value of a node may be fifty lines long.
  const place = at?.parent?.type === 'property' ? (at.parent.children?.[0] ?? at) : at
  const from = place?.offset ?? 0
  const [top, node] = path
  return { ...problem, node: top === 'nodes' && typeof node === 'string' ? node : '', from, to: from + Math.min(place?.length ?? 1, 80), line: lineAt(text, from) }
}

/** Where a node of the flow stands in the text; null when it does not. */
export function offsetOf(text: string, node: string): number | null {
  const tree = parseTree(text)
  const at = tree && findNodeAtLocation(tree, ['nodes', node])
  return at?.parent?.offset ?? null
}
