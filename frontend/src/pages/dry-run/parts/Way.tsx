import { Alert, Tag, Timeline } from 'antd'
import type { Condition, DryRun } from '@/api/types'
import { conditionWords } from '@/parts/conditions/locale'
import { useChoices } from '@/parts/fields/choices'
import { nationalNumber } from '@/parts/numbers'
import { dryRunWords } from '../locale'
import { ending, namedBy, sentence, tone, type NameOf, type SayCondition } from './words'

/** The steps of a call in their order, and where it ends. */
export function Way({ found, later }: { found: DryRun; later: boolean }) {
  const say = dryRunWords.useWords()
  const sayCondition = useSayCondition()
  const nameOf = useNameOf()
  return (
    <section aria-label={say('path')} className="dry-run-way">
      {found.clock === 'skipped' && <Alert type="warning" showIcon title={say('clock_skipped')} />}
      {found.clock === 'twice' && <Alert type="info" showIcon title={say('clock_twice', { which: say(later ? 'which_second' : 'which_first') })} />}
      <h2>{ending(found.final, say, nameOf)}</h2>
      <Timeline
        items={found.steps.map((step, place) => ({
          key: place,
          color: COLOURS[tone(step)],
          content: (
            <span className={tone(step) === 'default' ? 'quiet' : undefined}>
              <Tag>{place + 1}</Tag>
              {sentence(step, say, sayCondition, nameOf)}
            </span>
          ),
        }))}
      />
    </section>
  )
}

const COLOURS = { success: 'green', error: 'red', default: 'gray', processing: 'blue' } as const

function useSayCondition(): SayCondition {
  const say = conditionWords.useWords()
  const lists = useChoices('number_list')
  const schedules = useChoices('schedule')
  return (condition: Condition) => {
    const { kind, name } = namedBy(condition)
    const named = kind === 'list' ? lists.nameOf(name) : kind === 'schedule' ? schedules.nameOf(name) : name
    if (kind === 'list') return `${say('field.list')} “${named}” ${say(condition.op === 'not_set' ? 'list.not_set' : 'list.is_set')}`
    const state = kind === 'schedule' ? say(`schedule.${condition.value as 'open' | 'closed' | 'holiday'}`) : condition.value
    return [say(`field.${kind}`), named && `“${named}”`, say(`op.${condition.op}`), state && `“${state}”`].filter(Boolean).join(' ')
  }
}

function useNameOf(): NameOf {
  const groups = useChoices('group')
  const flows = useChoices('flow')
  const agents = useChoices('agent')
  return (kind, id) => {
    if (kind === 'voicemail') {
      const [box = '', name = ''] = id.includes(':') ? id.split(':') : ['group', id]
      return box === 'group' ? groups.nameOf(name) : box === 'agent' ? agents.nameOf(name) : name
    }
    if (kind === 'group') return groups.nameOf(id)
    if (kind === 'flow') return flows.nameOf(id)
    if (kind === 'agent') return agents.nameOf(id)
    return kind === 'outside' ? nationalNumber(id) : id
  }
}
