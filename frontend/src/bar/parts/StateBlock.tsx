import type { Agent } from '@/api/types'
import { partWords } from '@/parts/locale'
import { STATE_ICON } from '@/parts/states'
import { Timer } from '@/parts/Timer'
import { barWords } from '../locale'
import { isSystemReason, useReasonText } from '../notReady'

const NEXT = ['signed_out', 'not_ready', 'ready'] as const

/** Colour, icon, word and time of the agent's state; under it the reason, or the state that follows the call. */
export function StateBlock({ agent }: { agent: Agent | null }) {
  const say = partWords.useWords()
  const detail = useDetail(agent)
  const state = agent?.state ?? 'signed_out'
  const advice = useAdvice(agent)
  return (
    <div className={`bar-state is-${state}`} role="status" data-state={state} title={advice}>
      <span className="bar-state-icon" aria-hidden>
        {STATE_ICON[state]}
      </span>
      <span className="bar-state-words">
        <span className="bar-state-word">{say(`state.${state}`)}</span>
        <span className="bar-state-detail cut">{detail}</span>
      </span>
      <span className="bar-state-time">{state !== 'signed_out' && <Timer since={agent?.state_since} />}</span>
    </div>
  )
}

function useAdvice(agent: Agent | null): string | undefined {
  const bar = barWords.useWords()
  return agent?.state === 'not_ready' && isSystemReason(agent.reason) ? bar(`reason.${agent.reason}.next`) : undefined
}

function useDetail(agent: Agent | null): string {
  const bar = barWords.useWords()
  const reasonText = useReasonText()
  const asked = agent?.next_state?.state
  const next = agent?.state === 'on_call' ? NEXT.find((one) => one === asked) : undefined
  if (next) return bar(`next.${next}`)
  return agent?.state === 'not_ready' ? reasonText(agent.reason) : ''
}
