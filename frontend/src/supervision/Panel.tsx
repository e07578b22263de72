import './panel.css'
import { EyeOutlined } from '@ant-design/icons'
import { Button, Segmented } from 'antd'
import type { Supervising, WatchMode } from '@/api/types'
import { useMay } from '@/api/session'
import { useCommand } from '@/bar/useCommand'
import { useEntities, useOwn } from '@/live/useLive'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { Timer } from '@/parts/Timer'
import { accept, phone } from '@/phone/phone'
import { stopSupervising, supervise } from './api'
import { supervisionWords } from './locale'

const MODES: readonly WatchMode[] = ['listen', 'whisper', 'barge']

/** The one session of a supervisor, on every page while it lasts: whom he listens to, who hears him, and the way out. */
export function Panel() {
  const session = useOwn().agent?.supervising
  return session ? <Session session={session} /> : null
}

function Session({ session }: { session: Supervising }) {
  const say = supervisionWords.useWords()
  const { agent } = useOwn()
  const command = useCommand()
  const takes = useMay('supervision.take')
  const entities = useEntities()
  const call = entities.call.get(session.call_id)?.data
  const supervised = entities.agent.get(session.agent_id)?.data?.name ?? session.agent_id
  const change = (mode: WatchMode): void => void command('supervise', say(mode), () => supervise(session.call_id, mode))
  const signedOut = agent?.state === 'signed_out'
  return (
    <section className="supervision" aria-label={say('title')} data-supervising={session.state} data-mode={session.mode} data-pending={session.pending}>
      <header>
        <EyeOutlined aria-hidden />
        <h2 className="cut">{supervised}</h2>
        {call && <PhoneNumber number={call.customer_number} />}
        <span className="figures quiet">
          <Timer since={session.since} />
        </span>
      </header>
      <Segmented<WatchMode>
        block
        aria-label={say('modes')}
        value={session.mode}
        options={MODES.map((mode) => ({ value: mode, label: <span title={say(`tip.${mode}`)}>{say(mode)}</span> }))}
        onChange={change}
      />
      <footer>
        <Status session={session} />
        {takes && (
          <Button size="small" disabled={signedOut || session.mode === 'take_over'} title={say(signedOut ? 'tip.take_over.sign_in' : 'tip.take_over')} onClick={() => change('take_over')}>
            {say('take_over')}
          </Button>
        )}
        <Button size="small" danger onClick={() => void command('stop_supervising', say('stop'), () => stopSupervising().then(() => undefined))}>
          {say('stop')}
        </Button>
      </footer>
    </section>
  )
}

/** How far it is. A page without the focus does not answer by itself: it offers to. */
function Status({ session }: { session: Supervising }) {
  const say = supervisionWords.useWords()
  const ringing = phone((status) => status.state) === 'ringing'
  if (session.state === 'calling' && ringing) {
    return (
      <span className="grow">
        <Button size="small" type="primary" onClick={() => void accept().catch(() => undefined)}>
          {say('answer')}
        </Button>
      </span>
    )
  }
  return (
    <span className="grow quiet" role="status">
      {say(session.state === 'calling' ? 'calling' : session.pending ? 'pending' : 'joined')}
    </span>
  )
}
