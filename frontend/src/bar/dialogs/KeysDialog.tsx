import { Modal } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import { digits } from '../commands'
import { closeDialog, useDialog } from '../dialogs'
import { barWords } from '../locale'
import { useCommand } from '../useCommand'
import { Keypad } from './Keypad'

/** Keys sent into the call, by mouse or by the keyboard. */
export function KeysDialog() {
  const say = barWords.useWords()
  const open = useDialog('keys')
  return (
    <Modal open={open} onCancel={closeDialog} title={say('keys.title')} footer={null} width={300} destroyOnHidden mask={false}>
      <Sender />
    </Modal>
  )
}

function Sender() {
  const say = barWords.useWords()
  const command = useCommand()
  const [sent, setSent] = useState('')
  const press = (key: string): void => {
    setSent((before) => before + key)
    void command(`digits ${sent.length}`, say('do.keys'), () => digits(key))
  }
  const typed = useEffectEvent((event: KeyboardEvent) => {
    if (/^[0-9*#]$/.test(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey) press(event.key)
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => typed(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
  return (
    <>
      <div className="figures" style={{ fontSize: 20, height: 36, textAlign: 'right' }} aria-live="polite" aria-label={say('keys.sent')}>
        {sent.slice(-18)}
      </div>
      <Keypad press={press} />
    </>
  )
}
