import { Skeleton } from 'antd'
import { Activity, Suspense, useEffect } from 'react'
import { Route, Routes, useLocation, useNavigate } from 'react-router'
import { may } from '@/api/session'
import { PageGuard } from '@/parts/PageGuard'
import { appWords } from '../locale'
import { homeOf, routeAt, routesFor } from '../routes'
import { showTab, useTabs } from '../tabs'
import { TabPath } from '../useTab'

/** Keeps the shown tab and the address bar in step. */
export function useTabsFollowAddress(): void {
  const { pathname, search } = useLocation()
  const navigate = useNavigate()
  useEffect(() => {
    if (pathname === '/') void navigate(homeOf(may), { replace: true })
    else showTab(pathname, search)
  }, [pathname, search, navigate])
}

/** All open pages; those not shown stay alive without effects, so they cost nothing and lose nothing. */
export function WorkArea() {
  const tabs = useTabs((state) => state.tabs)
  const active = useTabs((state) => state.active)
  return (
    <main id="work" className="work" tabIndex={-1}>
      {tabs.map((tab) => (
        <Activity key={tab.path} mode={tab.path === active ? 'visible' : 'hidden'}>
          <TabPath value={tab.path}>
            <section className="work-page">
              <PageGuard>
                <Suspense fallback={<Skeleton active style={{ padding: 24 }} paragraph={{ rows: 8 }} />}>
                  <Routes location={{ pathname: tab.path, search: tab.search }}>
                    {routesFor(may).map(({ path, Page }) => (
                      <Route key={path} path={path} element={<Page />} />
                    ))}
                    <Route path="*" element={<NotFound path={tab.path} />} />
                  </Routes>
                </Suspense>
              </PageGuard>
            </section>
          </TabPath>
        </Activity>
      ))}
    </main>
  )
}

function NotFound({ path }: { path: string }) {
  const say = appWords.useWords()
  return (
    <div style={{ padding: 32 }}>
      <h1>{say('page.not_found')}</h1>
      <p>{say('not_found.body', { path })}</p>
    </div>
  )
}

/** What the tab and the status bar call a page: its own title, or the route's name. */
export function useTitleOf(): (path: string, title: string | null) => string {
  const say = appWords.useWords()
  return (path, title) => title ?? say(routeAt(path)?.word ?? 'page.not_found')
}
