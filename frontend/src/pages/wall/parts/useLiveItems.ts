import type { MenuProps } from 'antd'
import { useMay } from '@/api/session'
import type { WatchMode } from '@/api/types'
import { useOwn } from '@/live/useLive'
import { phone } from '@/phone/phone'
import { pickUp, supervise } from '@/supervision/api'
import { supervisionWords } from '@/supervision/locale'
import { wallWords } from '../locale'
import { useAct } from './useAct'

type Items = NonNullable<MenuProps['items']>

interface Live {
  call_id: string
  /** Whom the supervisor listens to. */
  agent_id: string
  name: string
}

const MODES: readonly WatchMode[] = ['listen', 'whisper', 'barge']

/** Why the supervisor cannot join the call now, as a word; null when he can. */
function useObstacle(call_id: string): 'live.phone' | 'live.elsewhere' | null {
  const { agent } = useOwn()
  const state = phone((status) => status.state)
  const session = agent?.supervising ?? null
  if (session !== null) return session.call_id === call_id ? null : 'live.elsewhere'
  const browser = agent === null || agent.state === 'signed_out' || agent.phone.kind === 'browser'
  return browser && state !== 'ready' ? 'live.phone' : null
}

/** What a supervisor may do with a call that is talked in, or rings at somebody; the menus of agents and calls share it. */
export function useLiveItems({ call_id, agent_id, name }: Live): { talking: Items; ringing: Items } {
  const say = wallWords.useWords()
  const live = supervisionWords.useWords()
  const act = useAct()
  const listens = useMay('supervision.listen')
  const takes = useMay('supervision.take')
  const { agent } = useOwn()
  const obstacle = useObstacle(call_id)
  const why = obstacle === null ? undefined : say(obstacle)
  const serves = agent !== null && agent.state !== 'signed_out'
  const item = (key: string, label: string, tip: string | undefined, run: () => Promise<unknown>, able = true) => ({
    key,
    label,
    title: why ?? tip,
    disabled: !able || why !== undefined,
    onClick: () => void act(run(), say('done', { act: label, name })),
  })
  const join = (mode: WatchMode, able = true, tip = live(`tip.${mode}`)) => item(mode, live(mode), tip, () => supervise(call_id, mode, agent_id), able)
  const over = join('take_over', serves, serves ? live('tip.take_over') : live('tip.take_over.sign_in'))
  return {
    talking: [...(listens ? MODES.map((mode) => join(mode)) : []), ...(listens && takes ? [over] : [])],
    ringing: takes ? [item('pick_up', say('pick_up'), serves ? undefined : say('live.sign_in'), () => pickUp(call_id), serves)] : [],
  }
}
