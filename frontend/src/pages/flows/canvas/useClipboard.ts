import { App } from 'antd'
import { useEffect, type RefObject } from 'react'
import { flowWords } from '../locale'
import { copied, pasted } from './clipboard'
import { pinned, useFlowStore, type FlowState } from './store'
import { removeSelected } from './useCanvasKeys'

/** Copy, cut and paste of nodes while the canvas has the focus. The browser sends these events to the page, not to what has the focus. */
export function useClipboard(box: RefObject<HTMLElement | null>, readOnly: boolean): void {
  const store = useFlowStore()
  const { message } = App.useApp()
  useEffect(() => {
    const copy = (event: ClipboardEvent, { document, selected }: FlowState): boolean => {
      if (selected.size === 0) return false
      event.clipboardData?.setData('text/plain', copied(document, selected))
      event.preventDefault()
      return true
    }
    const paste = (event: ClipboardEvent, state: FlowState): void => {
      const found = pasted(pinned(state), event.clipboardData?.getData('text/plain') ?? '')
      event.preventDefault()
      if (found === null) void message.info(flowWords.say('paste.nothing'))
      else {
        state.change(found.document)
        state.select(found.ids)
      }
    }
    const listen = (event: ClipboardEvent): void => {
      if (document.activeElement !== box.current) return
      const state = store.getState()
      if (event.type === 'copy') copy(event, state)
      else if (readOnly) return
      else if (event.type === 'paste') paste(event, state)
      else if (copy(event, state)) removeSelected(state)
    }
    const kinds = ['copy', 'cut', 'paste'] as const
    for (const kind of kinds) document.addEventListener(kind, listen)
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, listen)
    }
  }, [store, box, readOnly, message])
}
