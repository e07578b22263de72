import {
  AimOutlined,
  ApartmentOutlined,
  AudioMutedOutlined,
  AudioOutlined,
  CheckCircleOutlined,
  CheckSquareOutlined,
  LoadingOutlined,
  LoginOutlined,
  LogoutOutlined,
  PauseOutlined,
  PauseCircleOutlined,
  PhoneFilled,
  PlayCircleOutlined,
  QuestionCircleOutlined,
  RollbackOutlined,
  StarOutlined,
  SwapOutlined,
  TableOutlined,
  TeamOutlined,
} from '@ant-design/icons'
import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { ariaKey, keyText } from '../keys'
import { barWords } from '../locale'
import { whyNot, type ButtonId, type Situation } from '../rules'
import { useBusy } from '../useCommand'

const ICON: Record<ButtonId, ReactNode> = {
  answer: <PhoneFilled />,
  hang_up: <PhoneFilled rotate={135} />,
  hold: <PauseOutlined />,
  retrieve: <PlayCircleOutlined />,
  mute: <AudioOutlined />,
  keys: <TableOutlined />,
  transfer: <SwapOutlined />,
  consult: <QuestionCircleOutlined />,
  conference: <TeamOutlined />,
  survey: <StarOutlined />,
  complete: <CheckSquareOutlined />,
  take_back: <RollbackOutlined />,
  merge: <ApartmentOutlined />,
  ready: <CheckCircleOutlined />,
  not_ready: <PauseCircleOutlined />,
  sign_in: <LoginOutlined />,
  sign_out: <LogoutOutlined />,
  dial: <AimOutlined />,
}

/** State changes that are asked for during a call wait for its end. */
const AFTER_CALL: readonly ButtonId[] = ['ready', 'not_ready', 'sign_out']

interface Props {
  id: ButtonId
  situation: Situation
  press: (id: ButtonId) => void
}

/** One button in its fixed place. Disabled ones stay reachable, so that their reason can be read by mouse and keyboard. */
export function BarButton({ id, situation, press }: Props) {
  const say = barWords.useWords()
  const running = useBusy(id)
  const why = whyNot(id, situation)
  const muted = id === 'mute' && situation.own.leg?.muted === true
  const later = AFTER_CALL.includes(id) && situation.own.agent?.state === 'on_call' ? say('tip.after_call') : ''
  const tip = why === null ? say(`tip.${id}`) + later : say(`why.${why}`)
  return (
    <Tooltip
      mouseEnterDelay={0.25}
      title={
        <>
          {tip} <kbd>{keyText(id)}</kbd>
        </>
      }
    >
      <button
        type="button"
        className={`bar-button bar-${id}${muted ? ' on' : ''}`}
        data-button={id}
        aria-disabled={why !== null}
        aria-pressed={id === 'mute' ? muted : undefined}
        aria-keyshortcuts={ariaKey(id)}
        aria-description={tip}
        aria-busy={running}
        onClick={() => press(id)}
      >
        <span className="bar-icon" aria-hidden>
          {running ? <LoadingOutlined /> : muted ? <AudioMutedOutlined /> : ICON[id]}
        </span>
        <span className="bar-word">{say(muted ? 'do.unmute' : `do.${id}`)}</span>
      </button>
    </Tooltip>
  )
}
