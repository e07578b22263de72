import { labelIn, useLocale } from '@/app/i18n'
import type { Agent } from '@/api/types'
import { partWords } from '@/parts/locale'
import { STATE_ICON } from '@/parts/states'
import { Timer } from '@/parts/Timer'
import { useReasons } from '../api'
import { barWords } from '../locale'

const NEXT = ['signed_out', 'not_ready', 'ready'] as const

/** Colour, icon, word and time of the agent's state; under it the reason, or the state that follows the call. */
export function StateBlock({ agent }: { agent: Agent | null }) {
  const say = partWords.useWords()
  const detail = useDetail(agent)
  const state = agent?.state ?? 'signed_out'
  return (
    <div className={`bar-state is-${state}`} role="status" data-state={state}>
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

function useDetail(agent: Agent | null): string {
  const bar = barWords.useWords()
  const locale = useLocale()
  const reasons = useReasons().data?.not_ready ?? []
  const asked = typeof agent?.next_state === 'object' ? agent.next_state?.state : agent?.next_state
  const next = agent?.state === 'on_call' ? NEXT.find((one) => one === asked) : undefined
  if (next) return bar(`next.${next}`)
  if (agent?.state !== 'not_ready' || !agent.reason) return ''
  const reason = reasons.find((one) => one.code === agent.reason)
  return reason ? labelIn(reason.label, locale) : agent.reason
}
