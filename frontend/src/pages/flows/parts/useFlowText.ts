import { useEffect, useMemo, useRef, useState } from 'react'
import { pretty } from '../api'
import { drawnFrom } from '../canvas/operations'
import { createFlowStore, type FlowStore } from '../canvas/store'

const EMPTY = { start: '', nodes: {} }

/**
 * The store behind the canvas, kept one with the text that the form holds: what is drawn is written into the text, and a text from
 * elsewhere (typed, loaded, saved) becomes a step of the drawing. drawable: whether the text can be drawn now.
 */
export function useFlowText(text: string, onChange: (text: string) => void): { store: FlowStore; drawable: boolean } {
  const drawn = useMemo(() => drawnFrom(text), [text])
  const [store] = useState(() => createFlowStore(drawn ?? EMPTY))
  const written = useRef(text)
  const arriving = useRef(false)
  const changed = useRef(onChange)
  useEffect(() => {
    changed.current = onChange
  })
  useEffect(
    () =>
      store.subscribe((now, before) => {
        if (now.document === before.document || arriving.current) return
        written.current = pretty(now.document)
        changed.current(written.current)
      }),
    [store],
  )
  useEffect(() => {
    if (text === written.current) return
    written.current = text
    if (drawn === null || JSON.stringify(drawn) === JSON.stringify(store.getState().document)) return
    arriving.current = true
    store.getState().replace(drawn, 'text')
    arriving.current = false
  }, [text, drawn, store])
  return { store, drawable: drawn !== null }
}
