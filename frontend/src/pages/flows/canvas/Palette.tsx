import { Button } from 'antd'
import { flowWords } from '../locale'
import { kindText } from '../parts/words'
import { heightOf, WIDTH } from './geometry'
import { KINDS, nextWay, SECTIONS } from './kinds'
import { added, connected, type Place } from './operations'
import { pinned, placeOf, useFlowStore, type FlowState } from './store'

/** What a kind is dragged as. */
export const KIND_DRAGGED = 'application/x-zhiyin-flow-kind'
const BESIDE = WIDTH + 96
const BELOW = 64
/** Room for a new node, with air around it; its ways are not known yet. */
const ROOM = 180

/** The place, or the next one below it where no node stands. */
function free(state: FlowState, { x, y }: Place): Place {
  const taken = Object.entries(state.document.nodes).map(([id, node]) => ({ ...placeOf(state, id), height: heightOf(node) }))
  const covered = (at: number): boolean => taken.some((one) => Math.abs(one.x - x) < WIDTH && one.y < at + ROOM && at < one.y + one.height + 24)
  let below = y
  while (covered(below)) below += BELOW
  return { x, y: below }
}

/** Adds a node by keyboard or click: the next way of the selected node leads to it, beside that node. */
export function appended(state: FlowState, kind: string): { document: FlowState['document']; id: string } {
  const [from] = state.selected.size === 1 ? state.selected : []
  const node = from === undefined ? undefined : state.document.nodes[from]
  const ids = Object.keys(state.document.nodes)
  const place = placeOf(state, from ?? ids.at(-1) ?? '')
  const ways = Object.keys(node?.edges ?? {}).length
  const made = added(pinned(state), kind, ids.length === 0 ? place : free(state, { x: place.x + BESIDE, y: place.y + ways * BELOW }))
  const way = node && nextWay(node)
  return from === undefined || !way ? made : { ...made, document: connected(made.document, from, way, made.id) }
}

/** All kinds of node, to be dragged onto the canvas or pressed. */
export function Palette({ disabled }: { disabled: boolean }) {
  const say = flowWords.useWords()
  const store = useFlowStore()
  const add = (kind: string): void => {
    const state = store.getState()
    const { document, id } = appended(state, kind)
    state.change(document)
    state.show(id)
  }
  return (
    <nav className="flow-palette" aria-label={say('palette')}>
      {SECTIONS.map((section) => (
        <section key={section} data-section={section}>
          <h3>{say(`section.${section}`)}</h3>
          {Object.entries(KINDS)
            .filter(([, one]) => one.section === section)
            .map(([kind, { icon: Icon }]) => (
              <Button
                key={kind}
                type="text"
                block
                disabled={disabled}
                draggable={!disabled}
                data-add={kind}
                icon={<Icon />}
                onDragStart={(event) => {
                  event.dataTransfer.setData(KIND_DRAGGED, kind)
                  event.dataTransfer.effectAllowed = 'copy'
                }}
                onClick={() => add(kind)}
              >
                {kindText(kind, say)}
              </Button>
            ))}
        </section>
      ))}
    </nav>
  )
}
