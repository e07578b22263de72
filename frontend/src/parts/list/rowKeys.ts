import type { HTMLAttributes, KeyboardEvent } from 'react'

function move(event: KeyboardEvent<HTMLElement>, step: 'nextElementSibling' | 'previousElementSibling'): void {
  const row = event.currentTarget[step]
  if (!(row instanceof HTMLElement) || row.tabIndex < 0) return
  event.preventDefault()
  row.focus()
}

/** Makes a table row reachable and usable by keyboard: arrows move, Enter does its main action. */
export function rowKeys(open: (() => void) | undefined): HTMLAttributes<HTMLElement> {
  if (open === undefined) return {}
  return {
    tabIndex: 0,
    style: { cursor: 'pointer' },
    onClick: (event) => {
      // A click on a control inside the row, or one that ends a text selection, is not meant for the row.
      const inner = (event.target as Element).closest('a, button, input, label, [role="menuitem"]')
      if (inner === null && (window.getSelection()?.isCollapsed ?? true)) open()
    },
    onKeyDown: (event) => {
      if (event.target !== event.currentTarget) return
      if (event.key === 'Enter') open()
      if (event.key === 'ArrowDown') move(event, 'nextElementSibling')
      if (event.key === 'ArrowUp') move(event, 'previousElementSibling')
    },
  }
}
