import { describe, expect, test } from 'vitest'
import { heightOf } from './geometry'
import { appended } from './Palette'
import { connected, replaced, without, type Drawn } from './operations'
import { createFlowStore, pinned, placeOf } from './store'

const start: Drawn = { start: 'a', nodes: { a: { kind: 'play', edges: { next: 'b' } }, b: { kind: 'hang_up' } } }

const named = (document: Drawn, label: string): Drawn => replaced(document, 'a', { ...document.nodes.a, label })

describe('history', () => {
  test('typing on in one field is one step; another field begins another', () => {
    const store = createFlowStore(start)
    const type = (label: string): void => store.getState().change(named(store.getState().document, label), 'a label')
    for (const text of ['h', 'he', 'hello']) type(text)
    store.getState().change(connected(store.getState().document, 'a', 'next', null))
    store.getState().undo()
    expect(store.getState().document.nodes.a?.label).toBe('hello')
    store.getState().undo()
    expect(store.getState().document).toBe(start)
    store.getState().redo()
    expect(store.getState().document.nodes.a?.label).toBe('hello')
  })

  test('choosing a node ends the typing before it', () => {
    const store = createFlowStore(start)
    store.getState().change(named(start, 'one'), 'a label')
    store.getState().select(['a'])
    store.getState().change(named(start, 'two'), 'a label')
    store.getState().undo()
    expect(store.getState().document.nodes.a?.label).toBe('one')
  })

  test('a change after going back leaves nothing to redo; there is an end on both sides', () => {
    const store = createFlowStore(start)
    store.getState().undo()
    store.getState().redo()
    expect(store.getState().document).toBe(start)
    store.getState().change(named(start, 'one'))
    store.getState().undo()
    store.getState().change(named(start, 'two'))
    expect(store.getState().future).toEqual([])
  })

  test('a document from elsewhere is a step like others, and its nodes have places', () => {
    const store = createFlowStore(start)
    store.getState().replace({ start: 'x', nodes: { x: { kind: 'play' } } })
    expect(placeOf(store.getState(), 'x')).toEqual({ x: 0, y: 0 })
    store.getState().undo()
    expect(store.getState().document).toBe(start)
    expect(placeOf(store.getState(), 'b').x).toBeGreaterThan(0)
  })
})

describe('selection', () => {
  test('what is deleted is no longer selected', () => {
    const store = createFlowStore(start)
    store.getState().select(['a', 'b'])
    store.getState().change(without(start, new Set(['b'])))
    expect([...store.getState().selected]).toEqual(['a'])
  })

  test('a way and nodes are never selected together', () => {
    const store = createFlowStore(start)
    store.getState().select(['a'])
    store.getState().selectEdge('a next b')
    expect(store.getState().selected.size).toBe(0)
    store.getState().select(['b'])
    expect(store.getState().edge).toBeNull()
  })
})

describe('adding', () => {
  test('the next way of the selected node leads to the new one, and all places are written down', () => {
    const store = createFlowStore({ start: 'm', nodes: { m: { kind: 'menu', edges: { '1': 'm' } } } })
    store.getState().select(['m'])
    const { document, id } = appended(store.getState(), 'queue')
    expect(document.nodes.m?.edges).toEqual({ '1': 'm', '2': id })
    expect(Object.values(document.nodes).every((node) => Array.isArray(node.at))).toBe(true)
  })

  test('a new node stands where no other does', () => {
    const store = createFlowStore({ start: 'm', nodes: { m: { kind: 'menu', at: [0, 0] }, there: { kind: 'queue', at: [320, 40] } } })
    store.getState().select(['m'])
    const { document, id } = appended(store.getState(), 'play')
    const [x, y] = document.nodes[id]?.at as [number, number]
    expect(x).toBe(320)
    expect(y).toBeGreaterThan(40 + heightOf(document.nodes.there ?? {}))
  })

  test('into an empty flow, and behind a node that has no way left', () => {
    expect(appended(createFlowStore({ start: '', nodes: {} }).getState(), 'menu').document.start).toBe('menu')
    const store = createFlowStore(start)
    store.getState().select(['b'])
    expect(appended(store.getState(), 'play').document.nodes.b?.edges ?? {}).toEqual({})
  })

  test('pinning keeps a document whose nodes all have places', () => {
    const document: Drawn = { start: 'a', nodes: { a: { kind: 'play', at: [1, 2] } } }
    expect(pinned(createFlowStore(document).getState())).toBe(document)
  })
})
