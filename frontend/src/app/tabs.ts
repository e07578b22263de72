import { create } from 'zustand'

/** One open page of the work area. It stays mounted while another is shown, so half-filled forms survive. */
export interface Tab {
  path: string
  search: string
  title: string | null
  /** A form in it has unsaved changes: closing asks first. */
  dirty: boolean
  /** Opened by a screen pop behind the page that the agent types in; the tab says so until looked at. */
  fresh: boolean
}

interface TabsState {
  tabs: Tab[]
  active: string | null
}

const STORED = 'zhiyin.tabs'
export const TAB_LIMIT = 16

function remembered(): Tab[] {
  try {
    const kept: unknown = JSON.parse(window.sessionStorage.getItem(STORED) ?? '[]')
    return Array.isArray(kept) ? (kept as Tab[]).map((tab) => ({ ...tab, dirty: false })) : []
  } catch {
    return []
  }
}

export const useTabs = create<TabsState>()(() => ({ tabs: remembered(), active: null }))

useTabs.subscribe(({ tabs }) => {
  window.sessionStorage.setItem(STORED, JSON.stringify(tabs))
})

const blank = (path: string, search: string): Tab => ({ path, search, title: null, dirty: false, fresh: false })

/** Over the limit the oldest tab that is neither shown nor dirty goes. */
function trimmed(tabs: Tab[], keep: string): Tab[] {
  if (tabs.length <= TAB_LIMIT) return tabs
  const victim = tabs.find((tab) => tab.path !== keep && !tab.dirty)
  return victim ? tabs.filter((tab) => tab !== victim) : tabs
}

/** The address bar went to `path`: its tab (made when missing) is the one shown. */
export function showTab(path: string, search = ''): void {
  useTabs.setState(({ tabs }) => {
    const known = tabs.some((tab) => tab.path === path)
    const next = known
      ? tabs.map((tab) => (tab.path === path ? { ...tab, search, fresh: false } : tab))
      : trimmed([...tabs, blank(path, search)], path)
    return { tabs: next, active: path }
  })
}

/** Opens a tab behind the one shown, marked as fresh. */
export function openBehind(path: string, search = ''): void {
  useTabs.setState(({ tabs }) =>
    tabs.some((tab) => tab.path === path)
      ? { tabs }
      : { tabs: trimmed([...tabs, { ...blank(path, search), fresh: true }], path) },
  )
}

/** Closes a tab; answers the address to show next when it was the one shown, else null. */
export function closeTab(path: string): string | null {
  const { tabs, active } = useTabs.getState()
  const at = tabs.findIndex((tab) => tab.path === path)
  const rest = tabs.filter((tab) => tab.path !== path)
  useTabs.setState({ tabs: rest })
  if (active !== path) return null
  const next = rest[Math.min(at, rest.length - 1)]
  return next ? next.path + next.search : '/'
}

export function forgetTabs(): void {
  useTabs.setState({ tabs: [], active: null })
}

function change(path: string, part: Partial<Tab>): void {
  const held = useTabs.getState().tabs.find((tab) => tab.path === path)
  if (held === undefined || Object.entries(part).every(([key, value]) => held[key as keyof Tab] === value)) return
  useTabs.setState(({ tabs }) => ({ tabs: tabs.map((tab) => (tab.path === path ? { ...tab, ...part } : tab)) }))
}

export const setTabTitle = (path: string, title: string): void => change(path, { title })
export const setTabDirty = (path: string, dirty: boolean): void => change(path, { dirty })
