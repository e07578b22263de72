import { useEffect, useRef } from 'react'
import type { SimulationDoing } from '@/api/types'
import { useChoices } from '@/parts/fields/choices'
import { flowWords } from '../locale'
import { outcomeText } from '../parts/words'
import { simWords } from './locale'
import type { Step } from './session'

interface Line {
  from: 'flow' | 'caller' | 'system'
  text: string
  language?: string
}

/** What was said and done in the call, the newest in sight. */
export function Transcript({ steps }: { steps: readonly Step[] }) {
  const say = simWords.useWords()
  const linesOf = useLines()
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const list = end.current
    if (list !== null) list.scrollTop = list.scrollHeight
  }, [steps])
  return (
    <div className="flow-sim-said" role="log" aria-label={say('said')} ref={end} tabIndex={0}>
      <ol>
        {steps.flatMap((step, number) =>
          linesOf(step).map(({ from, text, language }, place) => (
            <li key={`${number}.${place}`} data-from={from} lang={language}>
              {text}
            </li>
          )),
        )}
      </ol>
    </div>
  )
}

function useLines(): (step: Step) => Line[] {
  const say = simWords.useWords()
  const didText = useDid()
  const actionText = useAction()
  return ({ doing, told }) => {
    const lines: Line[] = []
    if (doing !== null) lines.push({ from: 'caller', text: didText(doing) })
    if (told.not_heard) lines.push({ from: 'system', text: say('words.unheard') })
    for (const one of told.heard) if (one.text || one.audio) lines.push({ from: 'flow', text: one.text || say('recording', { url: one.audio }), language: one.language })
    if (told.problem) lines.push({ from: 'system', text: say('problem', { problem: told.problem }) })
    const action = actionText(told.action, told.target)
    if (action !== null && !told.hung_up) lines.push({ from: 'system', text: action })
    if (told.awaiting === 'over') lines.push({ from: 'system', text: say('over') })
    return lines
  }
}

function useDid(): (doing: SimulationDoing) => string {
  const say = simWords.useWords()
  const sayFlow = flowWords.useWords()
  return (doing) => {
    if (doing.does === 'keys') return doing.keys === '' ? say('silence.did') : say('keys.did', { keys: doing.keys })
    if (doing.does === 'words') return say('words.did', { text: doing.text })
    if (doing.does === 'leaves') return say('leave.did')
    if (doing.does === 'outcome') return say('outcome.did', { outcome: outcomeText(doing.outcome, sayFlow) })
    return doing.does === 'hears' ? say('hear') : say('silence.did')
  }
}

const ACTIONS = ['to_queue', 'to_agent', 'to_extension', 'to_outside', 'to_voicemail', 'ask', 'hang_up'] as const

function useAction(): (action: string, target: string) => string | null {
  const say = simWords.useWords()
  const groups = useChoices('group')
  return (action, target) => {
    const known = ACTIONS.find((one) => one === action)
    if (known === undefined) return null
    return say(`action.${known}`, { name: known === 'to_queue' || known === 'to_voicemail' ? groups.nameOf(target) : target })
  }
}
