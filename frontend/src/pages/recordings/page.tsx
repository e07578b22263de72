import { useNavigate } from 'react-router'
import type { Recording } from '@/api/types'
import { serverNow } from '@/live/clock'
import { live } from '@/live/store'
import { useChoices } from '@/parts/fields/choices'
import { duration } from '@/parts/format'
import { ListPage } from '@/parts/list/ListPage'
import type { Column, Filter } from '@/parts/list/types'
import { partWords } from '@/parts/locale'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { TimeText } from '@/parts/TimeText'
import { searchRecordings } from './api'
import { recordingWords } from './locale'
import { changesSoon } from './parts/underWay'

export function RecordingsPage() {
  const say = recordingWords.useWords()
  const navigate = useNavigate()
  const calls = live((state) => state.entities.call)
  return (
    <ListPage<Recording>
      id="recordings"
      title={say('title')}
      load={searchRecordings}
      rowKey={(one) => one.recording_id}
      filters={useFilters()}
      columns={useColumns()}
      refreshWhile={(rows) => changesSoon(rows, calls.values(), serverNow())}
      onOpen={(one) => void navigate(`/recordings/${encodeURIComponent(one.recording_id)}`)}
      empty={{ title: say('empty'), hint: say('empty.hint') }}
    />
  )
}

function useFilters(): Filter[] {
  const say = recordingWords.useWords()
  const agents = useChoices('agent')
  const groups = useChoices('group')
  return [
    { key: 'dates', label: say('filter.dates'), control: 'dates' },
    { key: 'agent_id', label: say('filter.agent'), control: 'select', options: agents.items },
    { key: 'group_id', label: say('filter.group'), control: 'select', options: groups.items },
    { key: 'number', label: say('filter.number'), control: 'text' },
    { key: 'min_s', label: say('filter.min'), control: 'number' },
    { key: 'max_s', label: say('filter.max'), control: 'number' },
  ]
}

function useColumns(): Column<Recording>[] {
  const say = recordingWords.useWords()
  const sayPart = partWords.useWords()
  const agents = useChoices('agent')
  const groups = useChoices('group')
  return [
    { key: 'time', title: say('time'), render: (one) => <TimeText at={one.started_at} /> },
    { key: 'kind', title: say('kind'), render: (one) => say(`kind.${one.kind}`) },
    { key: 'direction', title: say('direction'), render: (one) => sayPart(`direction.${one.direction}`) },
    { key: 'caller', title: say('caller'), render: (one) => <PhoneNumber number={one.caller} /> },
    { key: 'callee', title: say('callee'), render: (one) => <PhoneNumber number={one.callee} /> },
    { key: 'agents', title: say('agents'), render: (one) => one.agent_ids.map(agents.nameOf).join('、') || '—' },
    { key: 'group', title: say('group'), render: (one) => groups.nameOf(one.group_id) },
    { key: 'duration', title: say('duration'), align: 'right', render: (one) => <span className="figures">{duration(one.duration_s)}</span> },
    { key: 'state', title: say('state'), render: (one) => say(`state.${one.state}`) },
  ]
}
