// How much is drawn anew for one change: counted, so that a slow machine does not fail it and a fast one does not hide it.
import { act, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import { Surroundings } from '@/app/App'
import { CanvasView } from './CanvasView'
import { connected, placed, replaced, type Drawn } from './operations'
import { RenderCount } from './renders'
import { createFlowStore, type FlowStore } from './store'

const COUNT = 500
const id = (at: number): string => `n${at}`
const node = (at: number) => ({ kind: 'menu', label: `Menu ${at}`, prompts: [], edges: { '1': id((at + 1) % COUNT) }, at: [(at % 25) * 320, Math.floor(at / 25) * 200] })
const BIG: Drawn = { schema_version: 1, name: 'Big', start: id(0), nodes: Object.fromEntries(Array.from({ length: COUNT }, (_one, at) => [id(at), node(at)])) }

// jsdom has no layout: the canvas is as large as a screen that shows every node.
function withLayout(): void {
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(9000)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(5000)
  vi.stubGlobal('DOMMatrixReadOnly', class { m22 = 1 })
}

function Editor({ store, drawn }: { store: FlowStore; drawn: (id: string) => void }) {
  const [large, setLarge] = useState(false)
  return (
    <Surroundings>
      <RenderCount value={drawn}>
        <CanvasView store={store} readOnly={false} large={large} resize={() => setLarge(!large)} beside={(properties) => properties} openProperties={() => undefined} />
      </RenderCount>
    </Surroundings>
  )
}

function opened(): { store: FlowStore; drawn: string[] } {
  withLayout()
  const store = createFlowStore(BIG)
  const drawn: string[] = []
  render(<Editor store={store} drawn={(one) => drawn.push(one)} />)
  expect(new Set(drawn).size).toBe(COUNT)
  drawn.length = 0
  return { store, drawn }
}

test('typing a label draws that node anew and no other', () => {
  const { store, drawn } = opened()
  act(() => store.getState().select([id(7)]))
  drawn.length = 0
  // By role it would be looked for among thousands of elements.
  const field = document.querySelector('.flow-properties input') ?? document.body
  for (const text of ['h', 'he', 'hel', 'hell', 'hello']) fireEvent.change(field, { target: { value: text } })
  expect(store.getState().document.nodes[id(7)]?.label).toBe('hello')
  expect(new Set(drawn)).toEqual(new Set([id(7)]))
  expect(drawn.length).toBe(5)
})

test('a node that is moved is drawn anew, and nobody else', () => {
  const { store, drawn } = opened()
  act(() => store.getState().change(placed(store.getState().document, new Map([[id(3), { x: 4000, y: 4000 }]]))))
  expect(new Set(drawn)).toEqual(new Set([id(3)]))
  expect(drawn.length).toBeLessThanOrEqual(2)
})

test('connecting, marking and choosing concern the nodes that they name', () => {
  const { store, drawn } = opened()
  act(() => store.getState().change(connected(store.getState().document, id(4), '2', id(9))))
  expect(new Set(drawn)).toEqual(new Set([id(4)]))
  drawn.length = 0
  act(() => store.getState().setMarks(new Map([[id(5), { tone: 'info', text: '12' }]])))
  expect(drawn).toEqual([])
  expect(screen.getByText('12').closest('[data-node]')?.getAttribute('data-node')).toBe(id(5))
  act(() => store.getState().select([id(1), id(2)]))
  expect(new Set(drawn)).toEqual(new Set([id(1), id(2)]))
})

test('a change that is undone draws what it concerned', () => {
  const { store, drawn } = opened()
  act(() => store.getState().change(replaced(store.getState().document, id(8), { ...node(8), label: 'other' })))
  drawn.length = 0
  act(() => store.getState().undo())
  expect(new Set(drawn)).toEqual(new Set([id(8)]))
})
