import { App } from 'antd'
import { useNavigate } from 'react-router'
import { api, ask } from '@/api/client'
import { session, signOutOfSession, useMay } from '@/api/session'
import type { Preferences } from '@/api/types'
import { useGroupName } from '@/bar/api'
import { signOut } from '@/bar/commands'
import { openDialog } from '@/bar/dialogs'
import { barWords } from '@/bar/locale'
import { useServerNow } from '@/live/clock'
import { own, useOwn } from '@/live/useLive'
import { clock } from '@/parts/format'
import { setLocale, useLocale } from '../i18n'
import { forgetTabs, useTabs } from '../tabs'
import { setTheme, useThemeName } from '../theme'
import { useTitleOf } from './WorkArea'

/** Where am I, who am I, my extension and groups, the address book, language, look and the server's clock. */
export function StatusBar() {
  const say = barWords.useWords()
  const user = session((state) => state.user)
  return (
    <footer className="frame-status status">
      <Where />
      <span>
        {say('status.user')} {user?.name} ({user?.username})
      </span>
      <span className="figures">
        {say('status.extension')} {user?.extension || '—'}
      </span>
      <Groups />
      <AddressBookLink />
      <button type="button" onClick={() => openDialog('help')}>
        {say('status.help')}
      </button>
      <Look />
      <Clock />
      <Leave />
    </footer>
  )
}

function Where() {
  const say = barWords.useWords()
  const titleOf = useTitleOf()
  const shown = useTabs((state) => state.tabs.find((tab) => tab.path === state.active))
  return (
    <span className="where">
      {say('status.where')}: {shown ? titleOf(shown.path, shown.title) : ''}
    </span>
  )
}

function Groups() {
  const say = barWords.useWords()
  const works = useMay('agent.work')
  const { agent } = useOwn()
  const groupName = useGroupName()
  if (!works) return null
  if (agent === null || agent.state === 'signed_out') {
    return (
      <button type="button" onClick={() => openDialog('sign_in')}>
        {say('status.no_groups')}
      </button>
    )
  }
  const names = agent.groups.map((group) => groupName(group.group_id)).join(', ')
  return (
    <span className="cut" style={{ maxWidth: 260 }} title={names}>
      {say('status.groups')} {names || '—'}
    </span>
  )
}

function AddressBookLink() {
  const say = barWords.useWords()
  if (!useMay('address_book.read')) return null
  return (
    <button type="button" onClick={() => openDialog('address_book')}>
      {say('status.address_book')}
    </button>
  )
}

/** The choice is kept here at once and with the user's account, for other machines; the latter may fail without harm. */
function Look() {
  const say = barWords.useWords()
  const locale = useLocale()
  const theme = useThemeName()
  const keep = (changed: Partial<Preferences>): void => {
    void ask(api.PUT('/me/preferences', { body: { locale: null, theme: null, ...changed } })).catch(() => undefined)
  }
  const swapLocale = (): void => {
    const next = locale === 'en' ? 'zh-CN' : 'en'
    setLocale(next)
    keep({ locale: next })
  }
  const swapTheme = (): void => {
    const next = theme === 'dark' ? 'light' : 'dark'
    setTheme(next)
    keep({ theme: next })
  }
  return (
    <>
      <button type="button" onClick={swapLocale}>
        {say('status.language')}
      </button>
      <button type="button" onClick={swapTheme}>
        {say(theme === 'dark' ? 'status.light' : 'status.dark')}
      </button>
    </>
  )
}

function Clock() {
  const say = barWords.useWords()
  const now = useServerNow()
  return (
    <span className="figures" title={say('status.clock')}>
      {clock(now, useLocale(), true)}
    </span>
  )
}

function Leave() {
  const say = barWords.useWords()
  const { modal } = App.useApp()
  const navigate = useNavigate()
  const leave = async (): Promise<void> => {
    const { agent } = own()
    // Going home without signing out would leave calls ringing at an empty desk.
    if (agent && agent.state !== 'signed_out') await signOut().catch(() => undefined)
    await signOutOfSession()
    forgetTabs()
    void navigate('/', { replace: true })
  }
  const ask = (): void => {
    const { agent } = own()
    if (agent === null || agent.state === 'signed_out') return void leave()
    modal.confirm({
      title: say('status.leave_ask'),
      content: say('status.leave_signed_in'),
      okText: say('status.leave'),
      cancelText: say('cancel'),
      onOk: leave,
    })
  }
  return (
    <button type="button" onClick={ask} data-leave>
      {say('status.leave')}
    </button>
  )
}
