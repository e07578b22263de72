import './bar.css'
import { useMay } from '@/api/session'
import { useOwn } from '@/live/useLive'
import { phone } from '@/phone/phone'
import { BarButton } from './parts/BarButton'
import { CallInfo } from './parts/CallInfo'
import { Line } from './parts/Line'
import { StateBlock } from './parts/StateBlock'
import { barWords } from './locale'
import { BUTTONS, situationOf } from './rules'
import { usePress } from './usePress'

/** The soft-phone bar: never moves, never scrolls away, never changes its shape. */
export function Bar() {
  const say = barWords.useWords()
  const own = useOwn()
  const status = phone()
  const press = usePress()
  const works = useMay('agent.work')
  const situation = situationOf(own, status)
  return (
    <section className="bar" aria-label={say('bar.label')}>
      {works && <StateBlock agent={own.agent} />}
      {works && <CallInfo situation={situation} />}
      {works && (
        <div className="bar-buttons" role="toolbar" aria-label={say('bar.label')}>
          {BUTTONS.map((group) => (
            <div key={group[0]} className="bar-group">
              {group.map((id) => (
                <BarButton key={id} id={id} situation={situation} press={press} />
              ))}
            </div>
          ))}
        </div>
      )}
      <Line agent={own.agent} />
    </section>
  )
}
