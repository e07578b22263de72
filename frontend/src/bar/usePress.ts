import { phone } from '@/phone/phone'
import { allowSound } from '@/phone/ring'
import { own } from '@/live/useLive'
import * as commands from './commands'
import { openDialog } from './dialogs'
import { barWords } from './locale'
import { situationOf, whyNot, type ButtonId } from './rules'
import { useCommand } from './useCommand'

const AT_ONCE: Partial<Record<ButtonId, () => Promise<void>>> = {
  answer: commands.answer,
  hang_up: commands.hangUp,
  hold: commands.hold,
  retrieve: commands.retrieve,
  mute: commands.toggleMute,
  survey: commands.survey,
  complete: commands.complete,
  take_back: commands.takeBack,
  merge: commands.merge,
  ready: commands.ready,
}

type WithDialog = 'keys' | 'transfer' | 'consult' | 'conference' | 'not_ready' | 'sign_in' | 'sign_out' | 'dial'

/** Presses a button of the bar, by mouse or key: does it at once or opens its dialog. Nothing when it is disabled. */
export function usePress(): (button: ButtonId) => void {
  const say = barWords.useWords()
  const command = useCommand()
  return (button) => {
    allowSound()
    if (whyNot(button, situationOf(own(), phone.getState())) !== null) return
    const run = AT_ONCE[button]
    if (run === undefined) openDialog(button as WithDialog)
    else void command(button, say(`do.${button}`), run)
  }
}
