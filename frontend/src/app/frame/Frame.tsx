import './frame.css'
import { lazy, Suspense, useEffect } from 'react'
import { useMay } from '@/api/session'
import { Bar } from '@/bar/Bar'
import { RingingCard } from '@/bar/parts/RingingCard'
import { useNotReadyNotice } from '@/bar/notReady'
import { useRinging } from '@/bar/useRinging'
import { useScreenPop } from '@/bar/useScreenPop'
import { useShortcuts } from '@/bar/useShortcuts'
import { useWork } from '@/bar/useWork'
import { useOwn } from '@/live/useLive'
import { appWords } from '../locale'
import { Expired } from './Expired'
import { Menu } from './Menu'
import { StatusBar } from './StatusBar'
import { TabStrip } from './TabStrip'
import { useTabsFollowAddress, WorkArea } from './WorkArea'

const Dialogs = lazy(() => import('@/bar/dialogs/Dialogs').then((module) => ({ default: module.Dialogs })))

const WrapUp = lazy(() => import('@/bar/parts/WrapUp').then((module) => ({ default: module.WrapUp })))

const RecordingControl = lazy(() => import('@/bar/parts/RecordingControl').then((module) => ({ default: module.RecordingControl })))

const Supervision = lazy(() => import('@/supervision/Panel').then((module) => ({ default: module.Panel })))

const WARM_UP_MS = 3_000

/** What stands around every page: soft-phone bar, menu, tabs, work area, status bar. */
export function Frame() {
  const say = appWords.useWords()
  const works = useMay('agent.work')
  useTabsFollowAddress()
  useWork()
  useShortcuts()
  return (
    <div className="frame">
      <a className="skip" href="#work">
        {say('main.skip')}
      </a>
      <header className="frame-bar">
        <Bar />
      </header>
      <Menu />
      <div className="frame-middle">
        <TabStrip />
        <WorkArea />
        {works && <AtWork />}
      </div>
      <StatusBar />
      <Expired />
      <Suspense>
        <Dialogs />
      </Suspense>
    </div>
  )
}

/** What happens around an agent's calls: ringing, screen pop, wrap-up, and why no more come. */
function AtWork() {
  const supervises = useOwn().agent?.supervising != null
  useRinging()
  useScreenPop()
  useNotReadyNotice()
  // The first caller of the day must not wait for the page's code: it is fetched while nothing else is going on.
  useEffect(() => {
    const timer = setTimeout(() => void import('@/pages/customer/page').catch(() => undefined), WARM_UP_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <>
      <RingingCard />
      <Suspense>
        <WrapUp />
        <RecordingControl />
        {supervises && <Supervision />}
      </Suspense>
    </>
  )
}
