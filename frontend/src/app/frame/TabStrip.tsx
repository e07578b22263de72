import { CloseOutlined } from '@ant-design/icons'
import { App } from 'antd'
import { useNavigate } from 'react-router'
import { appWords } from '../locale'
import { closeTab, useTabs, type Tab } from '../tabs'
import { useTitleOf } from './WorkArea'

/** The open pages. Closing one with unsaved changes asks; the middle mouse button closes too. */
export function TabStrip() {
  const say = appWords.useWords()
  const tabs = useTabs((state) => state.tabs)
  const active = useTabs((state) => state.active)
  const titleOf = useTitleOf()
  const navigate = useNavigate()
  const { modal } = App.useApp()

  const close = (tab: Tab): void => {
    const leave = (): void => {
      const next = closeTab(tab.path)
      if (next !== null) void navigate(next)
    }
    if (!tab.dirty) return leave()
    modal.confirm({
      title: say('tab.close_dirty', { title: titleOf(tab.path, tab.title) }),
      okText: say('tab.close_anyway'),
      okButtonProps: { danger: true },
      cancelText: say('tab.stay'),
      focusable: { autoFocusButton: 'cancel' },
      onOk: leave,
    })
  }

  return (
    <nav className="tabs" aria-label={say('tabs.label')}>
      {tabs.map((tab) => (
        <TabHead
          key={tab.path}
          tab={tab}
          title={titleOf(tab.path, tab.title)}
          shown={tab.path === active}
          show={() => void navigate(tab.path + tab.search)}
          close={tabs.length > 1 ? () => close(tab) : null}
        />
      ))}
    </nav>
  )
}

interface HeadProps {
  tab: Tab
  title: string
  shown: boolean
  show: () => void
  close: (() => void) | null
}

function TabHead({ tab, title, shown, show, close }: HeadProps) {
  const say = appWords.useWords()
  const kind = [shown && 'shown', tab.fresh && 'fresh'].filter(Boolean).join(' ')
  return (
    <span className={`tab ${kind}`} title={title} onAuxClick={(event) => event.button === 1 && close?.()}>
      <button type="button" onClick={show} aria-current={shown ? 'page' : undefined}>
        {tab.fresh && `${say('tab.new_pop')} · `}
        {tab.dirty && <span className="tab-dirty">●</span>}
        {title}
      </button>
      {close && (
        <button type="button" className="tab-close" onClick={close} aria-label={say('tab.close', { title })}>
          <CloseOutlined />
        </button>
      )}
    </span>
  )
}
