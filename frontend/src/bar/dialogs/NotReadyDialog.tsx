import { Modal } from 'antd'
import { useReasons } from '../api'
import { notReady } from '../commands'
import { closeDialog, useDialog } from '../dialogs'
import { barWords } from '../locale'
import { useCommand } from '../useCommand'
import { ReasonList } from './ReasonList'

/** Why not ready: one press. */
export function NotReadyDialog() {
  const say = barWords.useWords()
  const command = useCommand()
  const reasons = useReasons().data?.not_ready ?? []
  const choose = (code: string): void => {
    void command('not_ready', say('do.not_ready'), () => notReady(code)).then((done) => done && closeDialog())
  }
  return (
    <Modal open={useDialog('not_ready')} onCancel={closeDialog} title={say('not_ready.title')} footer={null} width={380} destroyOnHidden>
      <ReasonList reasons={reasons} choose={choose} />
    </Modal>
  )
}
