import './desk.css'
import { useMay } from '@/api/session'
import { useOwn } from '@/live/useLive'
import { deskWords } from './locale'
import { NoCall } from './parts/NoCall'
import { OwnDay } from './parts/OwnDay'
import { PresentCall } from './parts/PresentCall'
import { Recent } from './parts/Recent'

/** The agent's home: the call of this moment, and the calls just had. */
export function DeskPage() {
  const say = deskWords.useWords()
  const { agent, call, leg } = useOwn()
  const reads = useMay('call_records.read')
  const works = useMay('agent.work')
  return (
    <div className="desk">
      <h1 className="unseen">{say('title')}</h1>
      <section className="desk-call" aria-label={say('call.title')}>
        <h2>{say('call.title')}</h2>
        {works && <OwnDay />}
        {call && leg ? <PresentCall call={call} /> : <NoCall agent={agent} />}
      </section>
      {reads && <Recent />}
    </div>
  )
}
