import { Button, Modal } from 'antd'
import { useState } from 'react'
import { session, signOutOfSession } from '@/api/session'
import { barWords } from '@/bar/locale'
import { NewPasswordForm } from '@/pages/sign-in/parts/NewPasswordForm'
import { SignInForm } from '@/pages/sign-in/parts/SignInForm'

/** The session ran out under the page: sign in again in front of it. Calls, tabs and half-filled forms stay as they are. */
export function Expired() {
  const say = barWords.useWords()
  const expired = session((state) => state.expired)
  const username = session((state) => state.user?.username)
  const [renewing, setRenewing] = useState<string | null>(null)
  return (
    <Modal open={expired} title={say('expired.title')} footer={null} closable={false} keyboard={false} width={400} destroyOnHidden>
      <p className="quiet">{say('expired.body')}</p>
      {renewing === null ? (
        <SignInForm username={username} onNewPassword={(_username, password) => setRenewing(password)} />
      ) : (
        <NewPasswordForm username={username ?? ''} password={renewing} back={() => setRenewing(null)} />
      )}
      <Button type="link" block onClick={() => void signOutOfSession()}>
        {say('expired.leave')}
      </Button>
    </Modal>
  )
}
