import { ReactFlowProvider } from '@xyflow/react'
import { useRef, type ReactNode } from 'react'
import { Canvas } from './Canvas'
import { Palette } from './Palette'
import { Properties, type PropertiesPanel } from './Properties'
import { Toolbar, type SearchField } from './Toolbar'
import { FlowContext, type FlowStore } from './store'

interface Props {
  store: FlowStore
  readOnly: boolean
  large: boolean
  resize: () => void
  /** Brings the properties to the front beside the canvas. */
  beside: (properties: ReactNode) => ReactNode
  openProperties: () => void
}

/** The editor as a drawing: tools above, the palette on the left, the canvas, and on the right what belongs to it. */
export function CanvasView({ store, readOnly, large, resize, beside, openProperties }: Props) {
  const panel = useRef<PropertiesPanel>(null)
  const search = useRef<SearchField>(null)
  const open = (): void => {
    openProperties()
    // The tab is drawn first; then there is something to focus.
    requestAnimationFrame(() => panel.current?.focus())
  }
  return (
    <FlowContext value={store}>
      <ReactFlowProvider>
        <div className="flow-drawing">
          <Toolbar readOnly={readOnly} large={large} resize={resize} search={search} />
          <Palette disabled={readOnly} />
          <Canvas readOnly={readOnly} openProperties={open} openSearch={() => search.current?.focus()} />
        </div>
        {beside(<Properties panel={panel} />)}
      </ReactFlowProvider>
    </FlowContext>
  )
}
