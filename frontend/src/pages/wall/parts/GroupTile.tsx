import { WarningFilled } from '@ant-design/icons'
import { useLocale } from '@/app/i18n'
import { count, duration } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { STATE_ICON, stateColour } from '@/parts/states'
import { wallWords } from '../locale'
import { alarmOf, COUNTED, LEVEL_TARGET, waitOf, type GroupView } from './attention'

interface Props {
  group: GroupView
  now: number
  chosen: boolean
  choose: () => void
}

/** One group, readable from three metres; choosing it shows its agents and calls alone. */
export function GroupTile({ group, now, chosen, choose }: Props) {
  const say = wallWords.useWords()
  const locale = useLocale()
  const alarm = alarmOf(group, now)
  const kind = alarm === null ? '' : alarm.startsWith('alarm') ? 'alarm' : 'warn'
  return (
    <button type="button" className={`wall-group ${kind}`} aria-pressed={chosen} onClick={choose} title={chosen ? say('all') : say('only', { name: group.name })}>
      <span className="wall-group-head">
        <strong className="cut">{group.name}</strong>
        <span className="wall-alarm">
          {alarm !== null && <WarningFilled aria-hidden />} {say(alarm ?? 'fine')}
        </span>
      </span>
      <Figures group={group} now={now} />
      <States group={group} />
      <span className="wall-day">
        <span>
          {say('answered')} <b className="figures">{count(group.answered_today, locale)}</b>
        </span>
        <span>
          {say('abandoned')} <b className="figures">{count(group.abandoned_today, locale)}</b>
        </span>
      </span>
    </button>
  )
}

function Figures({ group, now }: { group: GroupView; now: number }) {
  const say = wallWords.useWords()
  const wait = waitOf(group, now)
  const level = group.service_level
  const late = wait !== null && wait > group.target_s
  return (
    <span className="wall-figures">
      <span className={`wall-figure ${late ? 'bad' : ''}`}>
        <b>{group.waiting}</b>
        <small>{say('waiting')}</small>
      </span>
      <span className={`wall-figure ${late ? 'bad' : ''}`}>
        <b>{wait === null ? '—' : duration(Math.floor(wait))}</b>
        <small>{say('longest')}</small>
      </span>
      <span className={`wall-figure ${level !== null && level < LEVEL_TARGET ? 'low' : ''}`}>
        <b>{level === null ? '—' : `${Math.round(level * 100)}%`}</b>
        <small>
          {say('level')} · {say('within', { seconds: group.target_s })}
        </small>
      </span>
    </span>
  )
}

function States({ group }: { group: GroupView }) {
  const say = partWords.useWords()
  return (
    <span className="wall-states">
      {COUNTED.map((state) => (
        <span key={state} className={group.agents[state] === 0 ? 'none' : ''} style={group.agents[state] === 0 ? undefined : { color: stateColour(state) }} title={say(`state.${state}`)}>
          <span aria-hidden>{STATE_ICON[state]}</span>
          {say(`state.${state}`)} {group.agents[state]}
        </span>
      ))}
    </span>
  )
}
