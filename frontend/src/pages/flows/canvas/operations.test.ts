import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checker } from '../parts/check'
import { FIRST_DOCUMENT } from '../parts/document'
import { copied, pasted } from './clipboard'
import { difference, edgeId } from './diff'
import { heightOf, WIDTH } from './geometry'
import { KINDS, nextWay, shownWays } from './kinds'
import { layout, missingPlaces } from './layout'
import { added, connected, drawnFrom, freshId, placed, renamedWay, without, type Drawn } from './operations'
import { walked } from './walk'

interface Schema {
  $defs: Record<string, { properties: Record<string, { enum?: string[] }> }>
}
const schema = JSON.parse(readFileSync('../docs/flow.schema.json', 'utf8')) as Schema & Record<string, unknown>
const check = checker(schema)

const flow = (nodes: Drawn['nodes'], start = Object.keys(nodes)[0] ?? ''): Drawn => ({ schema_version: 1, name: 'F', start, nodes })
const menu = flow({
  menu: { kind: 'menu', prompts: [], edges: { '2': 'bye', '1': 'sales', exhausted: 'bye' }, at: [0, 0] },
  sales: { kind: 'queue', group_id: '8001', edges: { closed: 'bye' }, at: [400, 0] },
  bye: { kind: 'hang_up', at: [800, 0] },
})

describe('kinds', () => {
  test('every kind of the schema has an entry, and every entry is a kind of the schema', () => {
    const kinds = Object.values(schema.$defs).flatMap((one) => one.properties.kind?.enum ?? [])
    expect(Object.keys(KINDS).sort()).toEqual(kinds.sort())
  })

  test.each(Object.keys(KINDS))('a new %s may be saved once what it needs is chosen: its fields are those of the schema', (kind) => {
    const node = { kind, ...KINDS[kind]?.initial() }
    const wrong = check(JSON.stringify(flow({ a: node }))).filter((one) => one.severity === 'error')
    expect(wrong.filter((one) => !['bad.minLength', 'bad.pattern'].includes(one.word))).toEqual([])
    const known = Object.values(schema.$defs).find((one) => one.properties.kind?.enum?.[0] === kind)?.properties ?? {}
    expect(KINDS[kind]?.fields.map((field) => field.name).filter((name) => !(name in known))).toEqual([])
  })

  test('a menu shows its keys first and offers the next free one', () => {
    const { menu: node } = menu.nodes
    expect(shownWays(node ?? {})).toEqual(['1', '2', 'exhausted'])
    expect(nextWay(node ?? {})).toBe('3')
  })

  test('a condition must leave by each branch and by else; an unknown kind keeps the ways that it has', () => {
    expect(shownWays({ kind: 'condition', branches: [{ name: 'vip', tests: [] }] })).toEqual(['vip', 'else'])
    expect(shownWays({ kind: 'dance', edges: { left: 'a' } })).toEqual(['left'])
    expect(nextWay({ kind: 'hang_up' })).toBeNull()
  })
})

describe('operations', () => {
  test('what cannot be drawn is told, and the rest of a document is kept', () => {
    expect(drawnFrom('{')).toBeNull()
    expect(drawnFrom('{"nodes": []}')).toBeNull()
    expect(drawnFrom('{"nodes": {"a": {"edges": {"next": 1}}}}')).toBeNull()
    expect(drawnFrom('{"nodes": {}, "other": 1}')).toEqual({ nodes: {}, other: 1, start: '' })
  })

  test('the first node of an empty flow is where it starts, and names are never taken twice', () => {
    const first = added(flow({}), 'play', { x: 1.4, y: 2.6 })
    expect(first.document.start).toBe('play')
    expect(first.document.nodes.play?.at).toEqual([1, 3])
    const second = added(first.document, 'play', { x: 0, y: 0 })
    expect([second.id, second.document.start]).toEqual(['play_2', 'play'])
    expect(freshId('play_2', (id) => id in second.document.nodes)).toBe('play_3')
  })

  test('a way is connected and let go; others and other nodes stay the same objects', () => {
    const next = connected(menu, 'menu', '3', 'sales')
    expect(next.nodes.menu?.edges).toEqual({ '1': 'sales', '2': 'bye', '3': 'sales', exhausted: 'bye' })
    expect(next.nodes.sales).toBe(menu.nodes.sales)
    expect(connected(next, 'menu', '3', null).nodes).toEqual(menu.nodes)
    expect(connected(menu, 'gone', '1', 'bye')).toBe(menu)
  })

  test('who deletes a node deletes the ways to it', () => {
    const left = without(menu, new Set(['sales']))
    expect(Object.keys(left.nodes)).toEqual(['menu', 'bye'])
    expect(left.nodes.menu?.edges).toEqual({ '2': 'bye', exhausted: 'bye' })
    expect(left.nodes.bye).toBe(menu.nodes.bye)
  })

  test('a branch that is renamed keeps where it leads', () => {
    expect(renamedWay({ edges: { vip: 'a', else: 'b' } }, 'vip', 'gold').edges).toEqual({ gold: 'a', else: 'b' })
  })

  test('nodes are placed in whole pixels, and what stands there already is left alone', () => {
    const next = placed(menu, new Map([['menu', { x: 0, y: 0 }], ['bye', { x: 7.6, y: 1 }]]))
    expect(next.nodes.menu).toBe(menu.nodes.menu)
    expect(next.nodes.bye?.at).toEqual([8, 1])
  })
})

describe('clipboard', () => {
  test('nodes come back under names of their own, connected among themselves and with nothing else', () => {
    const found = pasted(menu, copied(menu, new Set(['menu', 'sales'])))
    expect([...(found?.ids ?? [])]).toEqual(['menu_2', 'sales_2'])
    expect(found?.document.nodes.menu_2?.edges).toEqual({ '1': 'sales_2' })
    expect(found?.document.nodes.menu_2?.at).toEqual([40, 40])
    expect(found?.document.nodes.menu).toBe(menu.nodes.menu)
  })

  test('in another flow free names are kept', () => {
    const found = pasted(flow({}), copied(menu, new Set(['menu', 'sales'])))
    expect([...(found?.ids ?? [])]).toEqual(['menu', 'sales'])
  })

  test.each(['', 'hello', '{}', 'null', '{"zhiyin_flow_nodes": {"a": 1}}', '{"zhiyin_flow_nodes": {"a": null}}', '{"zhiyin_flow_nodes": [1]}'])('%s holds no nodes', (text) => {
    expect(pasted(menu, text)).toBeNull()
  })
})

describe('layout', () => {
  const big = flow(Object.fromEntries(Array.from({ length: 60 }, (_one, at) => [`n${at}`, { kind: 'menu', edges: { '1': `n${at * 2 + 1}`, '2': `n${at * 2 + 2}`, '0': 'n0' } }])))

  test('nothing overlaps and the start stands on the left', () => {
    const places = [...layout(big)]
    expect(places.length).toBe(60)
    const overlapping = places.filter(([id, one]) =>
      places.some(([other, { x, y }]) => other < id && Math.abs(x - one.x) < WIDTH && y < one.y + heightOf(big.nodes[id] ?? {}) && one.y < y + heightOf(big.nodes[other] ?? {})),
    )
    expect(overlapping).toEqual([])
    expect(new Map(places).get('n0')?.x).toBe(Math.min(...places.map(([, { x }]) => x)))
  })

  test('nodes without a place stand below those that have one', () => {
    const places = missingPlaces(flow({ ...menu.nodes, lost: { kind: 'play' } }))
    expect([...places.keys()]).toEqual(['lost'])
    expect(places.get('lost')?.y).toBeGreaterThan(heightOf(menu.nodes.menu ?? {}))
    expect(missingPlaces(menu).size).toBe(0)
  })
})

describe('difference', () => {
  test('added, removed and changed nodes and ways; where a node stands and the order of fields count for nothing', () => {
    const after = flow(
      {
        menu: { prompts: [], kind: 'menu', edges: { '1': 'bye', '9': 'agent', exhausted: 'bye' }, at: [99, 99] },
        bye: { kind: 'hang_up', label: 'Good-bye' },
        agent: { kind: 'agent', agent_id: 'agent1' },
      },
      'menu',
    )
    const found = difference(menu, after)
    expect(Object.fromEntries(found.nodes)).toEqual({ bye: 'changed', agent: 'added', sales: 'removed' })
    expect(Object.fromEntries(found.edges)).toEqual({
      [edgeId('menu', '1', 'bye')]: 'changed',
      [edgeId('menu', '9', 'agent')]: 'added',
      [edgeId('menu', '2', 'bye')]: 'removed',
      [edgeId('sales', 'closed', 'bye')]: 'removed',
    })
    expect(found.document.nodes.menu?.edges).toEqual({ '1': 'bye', '2': 'bye', '9': 'agent', exhausted: 'bye' })
    expect(found.document.nodes.bye?.at).toEqual([800, 0])
  })

  test('a flow compared with itself has not changed', () => {
    const same = drawnFrom(JSON.stringify(FIRST_DOCUMENT)) ?? menu
    const found = difference(same, same)
    expect([found.nodes.size, found.edges.size]).toEqual([0, 0])
  })
})

describe('walking', () => {
  test('right along the first way, up and down among the ways of a node, left back', () => {
    expect(walked(menu, undefined, 'ArrowRight')).toBe('menu')
    expect(walked(menu, 'menu', 'ArrowRight')).toBe('sales')
    expect(walked(menu, 'sales', 'ArrowDown', 'menu')).toBe('bye')
    expect(walked(menu, 'bye', 'ArrowUp', 'menu')).toBe('sales')
    expect(walked(menu, 'bye', 'ArrowLeft', 'sales')).toBe('sales')
    expect(walked(menu, 'bye', 'ArrowLeft')).toBe('menu')
    expect(walked(menu, 'bye', 'ArrowRight')).toBeNull()
  })
})
