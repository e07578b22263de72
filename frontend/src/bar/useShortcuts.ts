import { useEffect, useEffectEvent } from 'react'
import { useNavigate } from 'react-router'
import { may } from '@/api/session'
import { own } from '@/live/useLive'
import { phone } from '@/phone/phone'
import { allowSound } from '@/phone/ring'
import { pauseRecording, resumeRecording } from './commands'
import { openDialog } from './dialogs'
import { actionOf, entersAnswer, type KeyAction } from './keys'
import { barWords } from './locale'
import { rings } from './rules'
import { useCommand } from './useCommand'
import { usePress } from './usePress'

/** The search field of the page that is shown, else the list of customers. */
function focusSearch(otherwise: () => void): void {
  const fields = document.querySelectorAll<HTMLElement>('.work [data-search]')
  const field = [...fields].find((one) => one.offsetParent !== null)
  const input = field?.matches('input') ? field : field?.querySelector('input')
  if (input) input.focus()
  else otherwise()
}

/** Pauses the recording of the present call, or lets it go on, if that is allowed. */
function useRecordingKey(): () => void {
  const say = barWords.useWords()
  const command = useCommand()
  return () => {
    const recording = own().call?.recording
    if (recording == null || recording.control === 'none' || recording.state === 'off') return
    const pauses = recording.state === 'on'
    void command('recording', say(pauses ? 'recording.pause' : 'recording.resume'), pauses ? pauseRecording : resumeRecording)
  }
}

/** Keyboard for the whole frame. Dialogs keep their own keys: while one is open only Alt combinations pass. */
export function useShortcuts(): void {
  const press = usePress()
  const navigate = useNavigate()
  const toggleRecording = useRecordingKey()
  const act = (action: KeyAction): void => {
    if (action === 'help' || action === 'address_book' || action === 'wrap_up') openDialog(action)
    else if (action === 'record') toggleRecording()
    else if (action === 'search') focusSearch(() => void navigate('/customers'))
    else if (action === 'new_customer') {
      if (may('customers.write')) void navigate('/customers/new')
    } else press(action)
  }
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    allowSound()
    const ringing = rings({ own: own(), phone: phone.getState() })
    const action = ringing && entersAnswer(event) ? 'answer' : actionOf(event)
    if (action === null) return
    event.preventDefault()
    act(action)
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => pressed(event)
    window.addEventListener('keydown', listen)
    window.addEventListener('pointerdown', allowSound)
    return () => {
      window.removeEventListener('keydown', listen)
      window.removeEventListener('pointerdown', allowSound)
    }
  }, [])
}
