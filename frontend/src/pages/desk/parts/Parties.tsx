import { CloseOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import type { Call, Leg } from '@/api/types'
import { session } from '@/api/session'
import { removeLeg } from '@/bar/commands'
import { useCommand } from '@/bar/useCommand'
import { isThere } from '@/live/own'
import { nationalNumber } from '@/parts/numbers'
import { Timer } from '@/parts/Timer'
import { deskWords } from '../locale'

/** Everyone in the call with their state; in a conference others can be removed. */
export function Parties({ call }: { call: Call }) {
  const there = call.legs.filter(isThere)
  return (
    <ul className="parties">
      {there.map((leg) => (
        <Party key={leg.leg_id} leg={leg} crowded={there.length > 2} />
      ))}
    </ul>
  )
}

function Party({ leg, crowded }: { leg: Leg; crowded: boolean }) {
  const say = deskWords.useWords()
  const command = useCommand()
  const self = session((state) => state.user?.username)
  const mine = leg.agent_id === self
  const who = mine ? say('party.me') : (leg.agent_id ?? nationalNumber(leg.address))
  const since = leg.state === 'held' ? leg.held_since : leg.joined_at
  return (
    <li className={leg.state}>
      <span className="dot" aria-hidden />
      <span className="what">{say(`party.${leg.role}`)}</span>
      <b className="grow cut figures">{who}</b>
      {leg.muted && <span className="quiet">{say('party.muted')}</span>}
      <span className="quiet">{say(`party.${leg.state}`)}</span>
      <span style={{ width: 56, textAlign: 'right' }}>{since !== null && <Timer since={since} />}</span>
      <span style={{ width: 24 }}>
        {crowded && !mine && leg.role !== 'customer' && (
          <Tooltip title={say('party.remove')}>
            <Button
              type="text"
              size="small"
              danger
              icon={<CloseOutlined />}
              aria-label={`${say('party.remove')} ${who}`}
              onClick={() => void command(`remove ${leg.leg_id}`, say('party.remove'), () => removeLeg(leg.leg_id))}
            />
          </Tooltip>
        )}
      </span>
    </li>
  )
}
