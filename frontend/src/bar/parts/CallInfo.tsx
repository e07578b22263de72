import { Button } from 'antd'
import type { Call } from '@/api/types'
import { attributionText } from '@/parts/format'
import { nationalNumber } from '@/parts/numbers'
import { partWords } from '@/parts/locale'
import { Timer } from '@/parts/Timer'
import { phone, wasConnected } from '@/phone/phone'
import { useGroupName } from '../api'
import { rejoin } from '../commands'
import { barWords } from '../locale'
import type { Situation } from '../rules'
import { useCommand } from '../useCommand'

/** Number, attribution, group and talk time of the present call, always in the same two lines. */
export function CallInfo({ situation }: { situation: Situation }) {
  const bar = barWords.useWords()
  const say = partWords.useWords()
  const groupName = useGroupName()
  const { call } = situation.own
  if (call === null) {
    return (
      <div className="bar-call">
        <span className="quiet">{bar('info.none')}</span>
      </div>
    )
  }
  const below = [attributionText(call.attribution), call.group_id ? groupName(call.group_id) : say(`direction.${call.direction}`)]
  return (
    <div className="bar-call" data-call={call.call_id}>
      <span className="row">
        <strong className="figures cut">{call.customer_number ? nationalNumber(call.customer_number) : say('number.hidden')}</strong>
        <CallTime call={call} situation={situation} />
      </span>
      <span className="quiet cut">
        <Paused call={call} />
        <Watched call={call} />
        <Note situation={situation} />
        {below.filter(Boolean).join(' · ')}
      </span>
      <Elsewhere situation={situation} />
    </div>
  )
}

function CallTime({ call, situation }: { call: Call; situation: Situation }) {
  const since = situation.own.leg?.joined_at ?? call.answered_at
  return <span className="bar-call-time">{situation.own.leg && since !== null ? <Timer since={since} /> : null}</span>
}

/** That nothing is recorded for the moment: whoever forgets it loses more than the card number. */
function Paused({ call }: { call: Call }) {
  const bar = barWords.useWords()
  if (call.recording?.state !== 'paused') return null
  return (
    <b className="bar-note" data-recording-paused>
      {bar('recording.paused')} {call.recording.pause_until !== null && <Timer until={call.recording.pause_until} />}
    </b>
  )
}

/** That a supervisor is in the call, as far as the agent is to know. */
function Watched({ call }: { call: Call }) {
  const bar = barWords.useWords()
  const loudest = (['take_over', 'barge', 'whisper', 'listen'] as const).find((mode) => call.watchers.some((one) => one.mode === mode))
  return loudest === undefined ? null : (
    <b className="bar-watched" data-watched={loudest} role="status">
      {bar(`watched.${loudest}`)}
    </b>
  )
}

/** Held, consulting, conference: what the legs make of the call. */
function Note({ situation }: { situation: Situation }) {
  const bar = barWords.useWords()
  const { parties, own } = situation
  const note = (text: string) => <b className="bar-note">{text}</b>
  if (own.leg === null || parties === null) return null
  if (parties.consulting) return note(bar('info.consulting'))
  if (parties.held) return note(bar('info.held'))
  if (parties.customer && parties.others.length > 0) return note(bar('info.conference', { count: parties.others.length + 2 }))
  return parties.customer?.state === 'joined' ? null : note(bar('info.calling'))
}

/**
 * In a call by the browser phone, but not by this page's: it is in another window, or this page was killed and came back. After
 * the carrier has given the dead phone's leg up, the caller is kept for a while, without a leg of this agent's.
 */
function Elsewhere({ situation }: { situation: Situation }) {
  const bar = barWords.useWords()
  const command = useCommand()
  const state = phone((status) => status.state)
  const { agent, leg } = situation.own
  const here = state === 'connected' || state === 'ringing' || state === 'registering'
  if (agent?.phone.kind !== 'browser' || agent.state !== 'on_call' || here || wasConnected() !== null) return null
  if (leg !== null) return <span className="bar-elsewhere">{bar('elsewhere')}</span>
  return (
    <span className="bar-elsewhere">
      <Button size="small" onClick={() => void command('rejoin', bar('rejoin'), rejoin)}>
        {bar('rejoin')}
      </Button>
    </span>
  )
}
