import { Tooltip } from 'antd'
import type { Agent } from '@/api/types'
import { live } from '@/live/store'
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
    return <span className="bar-line good cut">{say(`phone.${kind}`, { address: agent?.phone.address ?? '' })}</span>
  }
  const problem = status.problem === null ? null : say(...problemWord(status.problem.code))
  const tip = problem ?? (status.hearing === null ? say(`phone.${status.state}`) : say('phone.sound', { text: status.hearing }))
  const good = problem === null && status.state !== 'off' && status.state !== 'registering'
  return (
    <Tooltip title={tip} placement="bottomRight">
      <span className={`bar-line ${good ? 'good' : 'bad'}`} tabIndex={0} data-phone={status.state}>
        <i aria-hidden /> {say(`phone.${status.state}`)}
      </span>
    </Tooltip>
  )
}
