import './sign-in.css'
import { Button } from 'antd'
import { useState } from 'react'
import { setLocale, useLocale } from '@/app/i18n'
import { setTheme, useThemeName } from '@/app/theme'
import { signInWords } from './locale'
import { NewPasswordForm } from './parts/NewPasswordForm'
import { SignInForm } from './parts/SignInForm'

/** The first page: who are you. Nothing of the frame is loaded until someone is signed in. */
export function SignInPage() {
  const say = signInWords.useWords()
  const locale = useLocale()
  const theme = useThemeName()
  const [renewing, setRenewing] = useState<{ username: string; password: string } | null>(null)
  return (
    <main className="sign-in">
      <section className="sign-in-card">
        <header className="row">
          <img src="/mark.svg" alt="" width={40} height={40} />
          <div>
            <div className="sign-in-name">{say('product')}</div>
            <div className="quiet">{say('claim')}</div>
          </div>
        </header>
        {renewing === null ? (
          <SignInForm onNewPassword={(username, password) => setRenewing({ username, password })} />
        ) : (
          <NewPasswordForm {...renewing} back={() => setRenewing(null)} />
        )}
      </section>
      <footer className="row">
        <Button type="text" size="small" onClick={() => setLocale(locale === 'en' ? 'zh-CN' : 'en')}>
          {say('language')}
        </Button>
        <Button type="text" size="small" onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
          {say(theme === 'dark' ? 'light' : 'dark')}
        </Button>
      </footer>
    </main>
  )
}
