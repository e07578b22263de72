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

/** What a supervisor may do with a call that is talked in, or rings at somebody; the menus of agents and calls share it. */
export function useLiveItems({ call_id, agent_id, name }: Live): { talking: Items; ringing: Items } {
  const say = wallWords.useWords()
  const live = supervisionWords.useWords()
  const act = useAct()
  const listens = useMay('supervision.listen')
  const takes = useMay('supervision.take')
  const { agent } = useOwn()
  const state = phone((status) => status.state)
  const browser = agent === null || agent.state === 'signed_out' || agent.phone.kind === 'browser'
  const inIt = agent?.supervising?.call_id === call_id
  const deaf = browser && state !== 'ready' && !inIt
  const elsewhere = agent?.supervising != null && !inIt
  const why = deaf ? say('live.phone') : elsewhere ? say('live.elsewhere') : undefined
  const join = (mode: WatchMode) => ({
    key: mode,
    label: live(mode as 'listen'),
    title: why ?? live(`tip.${mode}` as 'tip.listen'),
    disabled: why !== undefined,
    onClick: () => void act(supervise(call_id, mode, agent_id), say('done', { act: live(mode as 'listen'), name })),
  })
  const serves = agent !== null && agent.state !== 'signed_out'
  const pick = {
    key: 'pick_up',
    label: say('pick_up'),
    title: serves ? why : say('live.sign_in'),
    disabled: !serves || why !== undefined,
    onClick: () => void act(pickUp(call_id), say('done', { act: say('pick_up'), name })),
  }
  const over = { ...join('take_over'), disabled: !serves || why !== undefined, title: serves ? (why ?? live('tip.take_over')) : live('tip.take_over.sign_in') }
  return {
    talking: [...(listens ? MODES.map(join) : []), ...(listens && takes ? [over] : [])],
    ringing: takes ? [pick] : [],
  }
}
