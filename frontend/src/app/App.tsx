import { App as Antd, ConfigProvider } from 'antd'
import en from 'antd/locale/en_US'
import zh from 'antd/locale/zh_CN'
import { QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { BrowserRouter } from 'react-router'
import { queryClient } from '@/api/queries'
import { refreshSession, session } from '@/api/session'
import { SignInPage } from '@/pages/sign-in/page'
import { useLocale } from './i18n'
import { appWords } from './locale'
import { themeOf, useThemeName } from './theme'

const Frame = lazy(() => import('./frame/Frame').then((module) => ({ default: module.Frame })))

/** Everything that pages and tests need around them: theme, language, messages, server state. */
export function Surroundings({ children }: { children: ReactNode }) {
  const theme = useThemeName()
  const locale = useLocale()
  return (
    <ConfigProvider theme={themeOf(theme)} locale={locale === 'en' ? en : zh} button={{ autoInsertSpace: false }}>
      <Antd className="app" style={{ height: '100%' }}>
        <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
      </Antd>
    </ConfigProvider>
  )
}

export function App() {
  return (
    <Surroundings>
      <BrowserRouter>
        <Gate />
      </BrowserRouter>
    </Surroundings>
  )
}

function Gate() {
  const status = session((state) => state.status)
  useEffect(() => {
    if (session.getState().status === 'unknown') void refreshSession()
  }, [])
  if (status === 'signed_out') return <SignInPage />
  if (status !== 'signed_in') return <Splash unreachable={status === 'unreachable'} />
  return (
    <Suspense fallback={<Splash />}>
      <Frame />
    </Suspense>
  )
}

function Splash({ unreachable = false }: { unreachable?: boolean }) {
  const say = appWords.useWords()
  return (
    <main className="splash" aria-busy={!unreachable}>
      <div style={{ textAlign: 'center' }}>
        <img src="/mark.svg" alt="" />
        <p role="status">{unreachable ? say('unreachable') : say('starting')}</p>
      </div>
    </main>
  )
}
