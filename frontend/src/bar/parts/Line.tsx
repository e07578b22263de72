import { Tooltip } from 'antd'
import type { ReactNode } from 'react'
import type { Agent } from '@/api/types'
import { live } from '@/live/store'
import type { Face } from '@/phone/lines'
import type { PhoneStatus } from '@/phone/machine'
import { phone } from '@/phone/phone'
import { barWords } from '../locale'
import { problemWord } from '../problem'

/** Is the server heard, and can the phone ring? Said at once, with what still works. */
export function Line({ agent }: { agent: Agent | null }) {
  const say = barWords.useWords()
  const connection = live((state) => state.connection)
  return (
    <div className="bar-lines">
      <Tooltip title={connection === 'lost' ? say('line.lost_tip') : say('line.open_tip')} placement="bottomRight">
        <span className={`bar-line ${connection === 'open' ? 'good' : 'bad'}`} role="status" tabIndex={0} data-line={connection}>
          <i aria-hidden /> {say(`line.${connection}`)}
        </span>
      </Tooltip>
      <PhoneLine agent={agent} />
    </div>
  )
}

function PhoneLine({ agent }: { agent: Agent | null }) {
  const say = barWords.useWords()
  const status = phone()
  const kind = agent?.phone.kind ?? 'browser'
  if (kind !== 'browser' && agent?.state !== 'signed_out') {
    if (agent?.phone.nailed_up) return <NailedUpLine state={agent.nailed_up} address={agent.phone.address} />
    return <span className="bar-line good cut">{say(`phone.${kind}`, { address: agent?.phone.address ?? '' })}</span>
  }
  const { text, tip, good } = tell(status, say)
  return (
    <Tooltip title={tip} placement="bottomRight">
      <span
        className={`bar-line ${good ? 'good' : 'bad'}`}
        tabIndex={0}
        data-phone={status.state}
        data-down={status.down.map((line) => line.carrier).join(' ') || undefined}
      >
        <i aria-hidden /> {text}
      </span>
    </Tooltip>
  )
}

/** Is the phone off hook that is to stay so? Calls come only while it is. */
function NailedUpLine({ state, address }: { state: Agent['nailed_up']; address: string }) {
  const say = barWords.useWords()
  const shown = state ?? 'down'
  return (
    <Tooltip title={say(`nailed_up.${shown}.tip`, { address })} placement="bottomRight">
      <span className={`bar-line ${state === 'up' ? 'good' : 'bad'}`} role="status" tabIndex={0} data-nailed-up={shown}>
        <i aria-hidden /> {say(`nailed_up.${shown}`)}
      </span>
    </Tooltip>
  )
}

type Say = ReturnType<typeof barWords.useWords>

/** A line that is down is named, also while the others work: its callers would not reach this agent. */
function tell(status: Face, say: Say): { text: string; tip: ReactNode; good: boolean } {
  const rings = status.state !== 'off' && status.state !== 'registering' && status.state !== 'failed'
  const why = (problem: PhoneStatus['problem']): string => (problem === null ? say('phone.registering') : say(...problemWord(problem.code)))
  if (status.down.length > 0) {
    const lines = status.down.map(({ carrier, problem }) => <div key={carrier}>{say('phone.line_down', { carrier, why: why(problem) })}</div>)
    const text = status.state === 'ready' ? say('phone.partly') : say(`phone.${status.state}`)
    return { text, tip: rings ? [...lines, <div key="">{say('phone.others_ring')}</div>] : lines, good: false }
  }
  const hearing = status.hearing === null ? say(`phone.${status.state}`) : say('phone.sound', { text: status.hearing })
  return { text: say(`phone.${status.state}`), tip: status.problem === null ? hearing : why(status.problem), good: rings && status.problem === null }
}
