import { useSearchParams } from 'react-router'
import { useGroupName } from '@/bar/api'
import { keyedIn, pathText } from '@/bar/ivr'
import { useEntities } from '@/live/useLive'
import { attributionText, duration } from '@/parts/format'
import { nationalNumber } from '@/parts/numbers'
import { customerWords } from '../locale'

/** What the call brings that this page was popped for: where it came through, and what was keyed in. */
export function ThisCall() {
  const say = customerWords.useWords()
  const [params] = useSearchParams()
  const calls = useEntities().call
  const groupName = useGroupName()
  const call = calls.get(params.get('call_id') ?? '')?.data
  if (!call) return null
  const waited = call.queued_at !== null && call.answered_at !== null ? (call.answered_at - call.queued_at) / 1000 : null
  const facts: [string, string][] = [
    [say('call.now'), nationalNumber(call.customer_number)],
    [say('where'), attributionText(call.attribution)],
    [say('call.group'), call.group_id ? groupName(call.group_id) : ''],
    [say('call.trunk'), call.trunk_number ? nationalNumber(call.trunk_number) : ''],
    [say('call.path'), pathText(call)],
    [say('call.keyed'), keyedIn(call)],
    [say('call.waited'), waited === null ? '' : duration(waited)],
  ]
  return (
    <section className="this-call" aria-label={say('call.now')}>
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([term, value]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd className="figures">{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  )
}
