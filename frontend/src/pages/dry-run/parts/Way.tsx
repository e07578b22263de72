import { Alert, Tag, Timeline } from 'antd'
import type { Condition, DryRun } from '@/api/types'
import { STATES } from '@/parts/conditions/fields'
import { conditionWords } from '@/parts/conditions/locale'
import { usePlaceNames } from '@/parts/conditions/places'
import { useChoices } from '@/parts/fields/choices'
import { nationalNumber } from '@/parts/numbers'
import { dryRunWords } from '../locale'
import { ending, namedBy, sentence, tone, type NameOf, type Told } from './words'

/** The steps of a call in their order, and where it ends. */
export function Way({ found, later }: { found: DryRun; later: boolean }) {
  const say = dryRunWords.useWords()
  const told = useTold(found)
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
              <Tag style={{ marginInlineEnd: 8 }}>{place + 1}</Tag>
              {sentence(step, say, told, nameOf)}
            </span>
          ),
        }))}
      />
    </section>
  )
}

const COLOURS = { success: 'green', error: 'red', default: 'gray', processing: 'blue' } as const

function useTold(found: DryRun): Told {
  const say = conditionWords.useWords()
  const lists = useChoices('number_list')
  const schedules = useChoices('schedule')
  const places = found.steps.filter((step) => step.detail.field === 'place').flatMap(({ detail }) => `${detail.value ?? ''},${detail.has ?? ''}`.split(','))
  const placeName = usePlaceNames(places.filter(Boolean))
  const value = (field: string, text: string): string => {
    const { kind } = namedBy(field)
    if (kind === 'place') return text.split(',').map(placeName).join('、')
    return kind === 'schedule' && isState(text) ? say(`schedule.${text}`) : text
  }
  const condition = (one: Condition): string => {
    const { kind, name } = namedBy(one.field)
    if (kind === 'list') return `${say('field.list')} “${lists.nameOf(name)}” ${say(one.op === 'not_set' ? 'list.not_set' : 'list.is_set')}`
    const named = kind === 'schedule' ? schedules.nameOf(name) : name
    return [say(`field.${kind}`), named && `“${named}”`, say(`op.${one.op}`), one.value && `“${value(one.field, one.value)}”`].filter(Boolean).join(' ')
  }
  return { condition, value }
}

const isState = (text: string): text is (typeof STATES)[number] => STATES.some((one) => one === text)

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
