import { App } from 'antd'
import { useEffect } from 'react'
import { useLabel } from '@/app/i18n'
import { useOwn } from '@/live/useLive'
import { useReasons } from './api'
import { barWords } from './locale'

/** Reasons that the server gives when it makes an agent not ready by itself; they are in no list that is configured. */
export const SYSTEM_REASONS = ['signed_in', 'no_answer', 'declined', 'busy', 'unreachable', 'group_removed', 'nailed_up', 'nailed_up_lost', 'supervisor'] as const
export type SystemReason = (typeof SYSTEM_REASONS)[number]
/** Reasons that the agent brought about himself a moment ago: the bar says them, no notice is needed. */
const EXPECTED: readonly SystemReason[] = ['signed_in', 'nailed_up']

export const isSystemReason = (code: string | null | undefined): code is SystemReason => SYSTEM_REASONS.some((one) => one === code)

/** A reason of not ready in words; codes that are no longer in the list stay codes, "" is none. */
export function useReasonText(): (code: string | null | undefined) => string {
  const say = barWords.useWords()
  const label = useLabel()
  const reasons = useReasons().data?.not_ready ?? []
  return (code) => {
    if (isSystemReason(code)) return say(`reason.${code}`)
    const known = reasons.find((one) => one.code === code)
    return known ? label(known.label) : (code ?? '')
  }
}

const KEY = 'not_ready'

/** Says over any page that the system made the agent not ready, why, and what to do now; gone as soon as he is not. */
export function useNotReadyNotice(): void {
  const say = barWords.useWords()
  const { agent } = useOwn()
  const { notification } = App.useApp()
  const told = agent?.state === 'not_ready' && isSystemReason(agent.reason) ? agent.reason : null
  const reason = told === null || EXPECTED.includes(told) ? null : told
  useEffect(() => {
    if (reason === null) return undefined
    const [title, description] = [say('reason.notice', { reason: say(`reason.${reason}`) }), say(`reason.${reason}.next`)]
    notification.warning({ key: KEY, title, description, duration: 0, placement: 'bottomRight' })
    return () => notification.destroy(KEY)
  }, [reason, say, notification])
}
