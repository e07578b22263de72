import { Alert, Button, Modal } from 'antd'
import { useOwn } from '@/live/useLive'
import { useReasons } from '../api'
import { signOut } from '../commands'
import { closeDialog, useDialog } from '../dialogs'
import { barWords } from '../locale'
import { useCommand } from '../useCommand'
import { ReasonList } from './ReasonList'

/** End of work, with its reason where the site keeps reasons. */
export function SignOutDialog() {
  const say = barWords.useWords()
  const command = useCommand()
  const { agent } = useOwn()
  const reasons = useReasons().data?.sign_out ?? []
  const leave = (reason?: string): void => {
    void command('sign_out', say('do.sign_out'), () => signOut(reason)).then((done) => done && closeDialog())
  }
  return (
    <Modal open={useDialog('sign_out')} onCancel={closeDialog} title={say('sign_out.title')} footer={null} width={380} destroyOnHidden>
      {agent?.state === 'on_call' && <Alert type="info" showIcon title={say('sign_out.during')} style={{ marginBottom: 12 }} />}
      {reasons.length > 0 ? (
        <>
          <p className="quiet">{say('sign_out.reason')}</p>
          <ReasonList reasons={reasons} choose={leave} />
        </>
      ) : (
        <Button type="primary" block autoFocus onClick={() => leave()}>
          {say('do.sign_out')}
        </Button>
      )}
    </Modal>
  )
}
