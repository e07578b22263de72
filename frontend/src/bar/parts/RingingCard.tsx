import { BellFilled, PhoneFilled } from '@ant-design/icons'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { Call, Offer } from '@/api/types'
import { useOwn } from '@/live/useLive'
import { attributionText } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { nationalNumber } from '@/parts/numbers'
import { Timer } from '@/parts/Timer'
import { TimeText } from '@/parts/TimeText'
import { phone } from '@/phone/phone'
import { useGroupName, useScreenPopOf } from '../api'
import { isOwnLeg, joinsLive } from '../autoAccept'
import { keyedIn, pathText } from '../ivr'
import { barWords, type BarWord } from '../locale'
import { rings } from '../rules'
import { usePress } from '../usePress'

const PATH_WORDS = 5

const TITLE: Partial<Record<Offer['kind'], BarWord>> = {
  transfer: 'ring.transfer',
  recall: 'ring.recall',
  consult: 'ring.consult',
  internal: 'ring.internal',
  outbound: 'ring.outbound',
  rejoin: 'ring.rejoin',
}

function titleOf(call: Call | null, offer: Offer | null): BarWord {
  if (call?.callback && call.answered_at === null) return 'ring.callback'
  return (offer && TITLE[offer.kind]) ?? 'ring.incoming'
}

/** Who is calling, over the whole width: one look, one key. It lies over the page and moves nothing. */
export function RingingCard() {
  const say = barWords.useWords()
  const own = useOwn()
  const { call, offer } = own
  const status = phone()
  const press = usePress()
  if (joinsLive(own) || !rings({ own, phone: status })) return null
  const number = call?.customer_number ?? status.from ?? ''
  return (
    <section className="ringing-card" role="alertdialog" aria-label={say('ring.incoming')} data-ringing={call?.call_id ?? ''}>
      <span className="ringing-bell" aria-hidden>
        <BellFilled />
      </span>
      <Who title={say(titleOf(call, offer))} number={number} call={call} />
      {call && <Facts call={call} />}
      <div className="ringing-actions">
        {isOwnLeg(offer) && status.state !== 'ringing' ? null : (
          <button type="button" className="answer-big" data-answer onClick={() => press('answer')}>
            <PhoneFilled /> {say('do.answer')}
          </button>
        )}
        <div className="row">
          <span className="quiet grow">
            {say('ring.enter')}
            {offer && (
              <>
                {' · '}
                {say('ring.left')} <Timer until={offer.ring_until} />
              </>
            )}
          </span>
          <Button size="small" danger onClick={() => press('hang_up')}>
            {say('ring.decline')}
          </Button>
        </div>
      </div>
    </section>
  )
}

function Who({ title, number, call }: { title: string; number: string; call: Call | null }) {
  const say = barWords.useWords()
  const part = partWords.useWords()
  const pop = useScreenPopOf(call)
  const where = attributionText(call?.attribution ?? pop.data?.attribution)
  return (
    <div className="ringing-who">
      <div className="quiet">{title}</div>
      <div className="number figures">{number ? nationalNumber(number) : part('number.hidden')}</div>
      <div className="row">
        <span className="name cut">{pop.data?.customer?.name ?? say('ring.unknown')}</span>
        <span className="quiet cut">{where}</span>
      </div>
    </div>
  )
}

function Facts({ call }: { call: Call }) {
  const say = barWords.useWords()
  const groupName = useGroupName()
  const pop = useScreenPopOf(call)
  const before = pop.data?.history.find((record) => record.call_id !== call.call_id)
  const facts: [string, ReactNode][] = [
    [say('ring.group'), call.group_id ? groupName(call.group_id) : '—'],
    [say('ring.trunk'), call.trunk_number ? nationalNumber(call.trunk_number) : '—'],
    [say('ring.waited'), <Timer key="waited" since={call.queued_at ?? call.started_at} />],
    [say('ring.keyed'), keyedIn(call) || '—'],
    [say('ring.path'), <span key="path" title={pathText(call)}>{pathText(call, PATH_WORDS) || '—'}</span>],
    [say('ring.last'), before ? <TimeText key="last" at={before.started_at} /> : say('ring.first_time')],
  ]
  return (
    <dl className="ringing-facts">
      {facts.map(([term, value]) => (
        <div key={term} className={term === say('ring.path') ? 'wide' : undefined}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
