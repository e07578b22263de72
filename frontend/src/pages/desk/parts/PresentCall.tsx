import { Link } from 'react-router'
import type { Call } from '@/api/types'
import { useGroupName, useScreenPopOf } from '@/bar/api'
import { keyedIn, pathText } from '@/bar/ivr'
import { popTarget } from '@/bar/useScreenPop'
import { attributionText, duration } from '@/parts/format'
import { nationalNumber } from '@/parts/numbers'
import { TimeText } from '@/parts/TimeText'
import { customerWords } from '@/pages/customer/locale'
import { deskWords } from '../locale'
import { Parties } from './Parties'

/** Who it is, who is in it, how they came here, and when they were here before. */
export function PresentCall({ call }: { call: Call }) {
  const say = deskWords.useWords()
  const words = customerWords.useWords()
  const groupName = useGroupName()
  const pop = useScreenPopOf(call).data
  const target = pop && popTarget(call, pop)
  const facts: [string, string][] = [
    [words('where'), attributionText(call.attribution)],
    [words('call.group'), call.group_id ? groupName(call.group_id) : ''],
    [words('call.trunk'), call.trunk_number ? nationalNumber(call.trunk_number) : ''],
    [words('call.path'), pathText(call)],
    [words('call.keyed'), keyedIn(call)],
  ]
  return (
    <>
      <div className="desk-number figures">{nationalNumber(call.customer_number)}</div>
      {target && (
        <Link to={target.path + target.search}>
          {pop.customer ? `${pop.customer.name} · ${say('customer.open')}` : say('customer.new')}
        </Link>
      )}
      <Parties call={call} />
      <dl className="desk-facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([term, value]) => (
            <div key={term} style={{ display: 'contents' }}>
              <dt>{term}</dt>
              <dd className="figures">{value}</dd>
            </div>
          ))}
      </dl>
      {pop && <Before call={call} history={pop.history} />}
    </>
  )
}

function Before({ call, history }: { call: Call; history: { call_id: string; started_at: number; group_id: string | null; talk_s: number | null }[] }) {
  const say = deskWords.useWords()
  const groupName = useGroupName()
  const before = history.filter((record) => record.call_id !== call.call_id).slice(0, 5)
  return (
    <>
      <h2>{say('before.title')}</h2>
      {before.length === 0 && <p className="quiet">{say('before.none')}</p>}
      {before.map((record) => (
        <div key={record.call_id}>
          <TimeText at={record.started_at} />{' '}
          <span className="quiet">
            {record.group_id ? groupName(record.group_id) : ''} {duration(record.talk_s)}
          </span>
        </div>
      ))}
    </>
  )
}
