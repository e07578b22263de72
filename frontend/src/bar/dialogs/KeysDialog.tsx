import { Modal } from 'antd'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { digits } from '../commands'
import { closeDialog, useDialog } from '../dialogs'
import { barWords } from '../locale'
import { useCommand } from '../useCommand'
import { Keypad } from './Keypad'

const AT_ONCE = 32

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
  const waiting = useRef('')
  const sending = useRef(false)
  // One request at a time, with all that was pressed meanwhile: two under way could arrive in the other order.
  const send = async (): Promise<void> => {
    if (sending.current) return
    sending.current = true
    while (waiting.current !== '') {
      const keys = waiting.current.slice(0, AT_ONCE)
      waiting.current = waiting.current.slice(AT_ONCE)
      await command('digits', say('do.keys'), () => digits(keys))
    }
    sending.current = false
  }
  const press = (key: string): void => {
    setSent((before) => before + key)
    waiting.current += key
    void send()
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
