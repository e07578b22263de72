import { createContext, useCallback, useContext, useEffect } from 'react'
import { useNavigate } from 'react-router'
import { closeTab, openBehind, setTabDirty, setTabTitle } from './tabs'

/** The address of the tab that a page is drawn in. */
export const TabPath = createContext<string>('/')

/** A page calls this with the name of what it shows (a customer's name); the tab carries it. */
export function useTabTitle(title: string | undefined): void {
  const path = useContext(TabPath)
  useEffect(() => {
    if (title) setTabTitle(path, title)
  }, [path, title])
}

/** Marks the tab as having unsaved changes: closing it, or the browser's window, asks first. */
export function useTabDirty(dirty: boolean): void {
  const path = useContext(TabPath)
  useEffect(() => {
    setTabDirty(path, dirty)
  }, [path, dirty])
}

/** Leaves the tab of this page; shows `to` instead, or the neighbouring tab. */
export function useCloseTab(): (to?: string) => void {
  const path = useContext(TabPath)
  const navigate = useNavigate()
  return useCallback(
    (to) => {
      setTabDirty(path, false)
      const next = to ?? closeTab(path)
      if (to !== undefined) closeTab(path)
      if (next !== null) void navigate(next)
    },
    [path, navigate],
  )
}

function typing(): boolean {
  const at = document.activeElement
  return at instanceof HTMLElement && (at.isContentEditable || at.matches('input, textarea, select'))
}

/** Opens a page for a screen pop: shown at once, or behind the present page when the agent is typing in it. */
export function usePop(): (path: string, search?: string) => void {
  const navigate = useNavigate()
  return useCallback(
    (path, search = '') => {
      if (typing()) openBehind(path, search)
      else void navigate(path + search)
    },
    [navigate],
  )
}
