import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checker, offsetOf } from './parts/check'
import { FIRST_DOCUMENT, outlineOf } from './parts/document'

const schema = JSON.parse(readFileSync('../docs/flow.schema.json', 'utf8')) as Record<string, unknown>
const check = checker(schema)
const text = (value: unknown): string => JSON.stringify(value, null, 2)
const words = (value: unknown): [string, string][] => check(text(value)).map((one) => [one.word, one.params.name || (one.params.expected ?? '')])

const withNode = (node: object): object => ({
  ...FIRST_DOCUMENT,
  nodes: { ...FIRST_DOCUMENT.nodes, welcome: { ...FIRST_DOCUMENT.nodes.welcome, ...node } },
})

describe('what is wrong with a document', () => {
  test('the document that a new flow starts with is right', () => {
    expect(check(text(FIRST_DOCUMENT))).toEqual([])
  })

  test('broken JSON is told by its line and nothing else', () => {
    const found = check('{\n  "name": "a",\n  oops\n}')
    expect(found.map((one) => [one.word, one.line, one.severity])).toEqual([['bad.syntax', 3, 'error']])
  })

  test('a wrong field of a menu is told as such, not as ten kinds of node that do not fit', () => {
    expect(words(withNode({ timeout_s: 99 }))).toEqual([['bad.maximum', '60']])
    expect(words(withNode({ retries: 3 }))).toEqual([['bad.additionalProperties', 'retries']])
    expect(words(withNode({ prompts: 'hello' }))).toEqual([['bad.type', 'array']])
  })

  test('an unknown kind says which there are', () => {
    const [[word, expected] = []] = words(withNode({ kind: 'dance' }))
    expect(word).toBe('bad.enum')
    expect(expected).toContain('menu')
  })

  test('what is missing is named', () => {
    const rest: Record<string, unknown> = { ...FIRST_DOCUMENT }
    delete rest.start
    expect(words(rest)).toContainEqual(['bad.required', 'start'])
  })

  test('null stands for nothing where it may, and something wrong there is told once', () => {
    expect(words({ ...FIRST_DOCUMENT, fallback_group_id: null })).toEqual([])
    expect(words({ ...FIRST_DOCUMENT, fallback_group_id: '' }).map(([word]) => word)).toEqual(['bad.minLength'])
  })

  test('ways that lead nowhere are warnings: a draft may be saved with them', () => {
    const found = check(text(withNode({ edges: { '1': 'sales', exhausted: 'goodbye' } })))
    expect(found.map((one) => [one.word, one.params.name, one.severity])).toEqual([['bad.missing_target', 'sales', 'warning']])
    expect(check(text(withNode({ edges: {} }))).map((one) => one.word)).toEqual(['bad.unreachable'])
    expect(check(text({ ...FIRST_DOCUMENT, start: 'gone' })).map((one) => one.word)).toEqual(['bad.missing_start'])
  })

  test('a problem is marked at the key that it concerns', () => {
    const source = text(withNode({ timeout_s: 99 }))
    const [found] = check(source)
    expect(source.slice(found?.from, found?.to)).toBe('"timeout_s"')
  })

  test('without the schema, syntax and links are still checked', () => {
    expect(checker(undefined)(text({ start: 'a', nodes: { b: {} } })).map((one) => one.word)).toEqual(['bad.missing_start'])
  })
})

describe('outline', () => {
  test('loops end in references, missing nodes are marked, lost ones listed', () => {
    const { tree, unreached } = outlineOf({
      start: 'a',
      nodes: { a: { kind: 'menu', edges: { '0': 'a', '1': 'b', '2': 'gone' } }, b: { kind: 'hang_up' }, lost: { kind: 'play' } },
    })
    expect(tree[0]?.children.map((one) => [one.outcome, one.id, one.mark])).toEqual([
      ['0', 'a', 'again'],
      ['1', 'b', null],
      ['2', 'gone', 'gone'],
    ])
    expect(unreached).toEqual(['lost'])
  })

  test('half a document has an outline too', () => {
    expect(outlineOf(null)).toEqual({ tree: [], unreached: [] })
    expect(outlineOf({ start: 1, nodes: [] })).toEqual({ tree: [], unreached: [] })
  })
})

test('a node is found in the text', () => {
  const source = text(FIRST_DOCUMENT)
  expect(source.slice(offsetOf(source, 'goodbye') ?? 0)).toMatch(/^"goodbye": \{/)
  expect(offsetOf(source, 'nobody')).toBeNull()
})
