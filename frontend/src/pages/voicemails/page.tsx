import './voicemails.css'
import { useMay, session } from '@/api/session'
import type { Voicemail } from '@/api/types'
import { DialNumber } from '@/bar/parts/DialNumber'
import { serverNow } from '@/live/clock'
import { useChoices } from '@/parts/fields/choices'
import { duration } from '@/parts/format'
import { ListPage } from '@/parts/list/ListPage'
import type { Column, Filter } from '@/parts/list/types'
import { TimeText } from '@/parts/TimeText'
import { VOICEMAILS } from '@/live/voicemails'
import { calledBack, listVoicemails } from './api'
import { voicemailWords } from './locale'
import { audioComes, boxOf } from './parts/boxes'
import { Listen } from './parts/Listen'
import { Acts } from './parts/Acts'
import { useAct } from './parts/useAct'

export function VoicemailsPage() {
  const say = voicemailWords.useWords()
  return (
    <ListPage<Voicemail>
      id={VOICEMAILS}
      title={say('title')}
      load={listVoicemails}
      rowKey={(one) => one.voicemail_id}
      filters={useFilters()}
      columns={useColumns()}
      refreshWhile={(rows) => rows.some((one) => audioComes(one, serverNow()))}
      empty={{ title: say('empty'), hint: say('empty.hint') }}
    />
  )
}

function useFilters(): Filter[] {
  const say = voicemailWords.useWords()
  const groups = useChoices('group')
  const username = session((state) => state.user?.username ?? '')
  const boxes = groups.items.map(({ value, label }) => ({ value: `group:${value}`, label }))
  return [
    { key: 'state', label: say('filter.state'), control: 'select', options: (['open', 'handled'] as const).map((value) => ({ value, label: say(`asked.${value}`) })) },
    { key: 'box', label: say('filter.box'), control: 'select', options: [{ value: `agent:${username}`, label: say('box.agent') }, ...boxes] },
    { key: 'number', label: say('filter.number'), control: 'text' },
  ]
}

function useColumns(): Column<Voicemail>[] {
  const say = voicemailWords.useWords()
  const groups = useChoices('group')
  const handles = useMay('voicemail.handle')
  return [
    { key: 'time', title: say('time'), render: (one) => <TimeText at={one.left_at} /> },
    { key: 'state', title: say('state'), render: (one) => (one.state === 'new' ? <strong>{say('state.new')}</strong> : say(`state.${one.state}`)) },
    { key: 'box', title: say('box'), render: (one) => boxOf(one.box, { group: groups.nameOf, extension: (id) => say('box.extension', { id }), agent: () => say('box.agent') }) },
    { key: 'number', title: say('number'), render: (one) => <Number voicemail={one} /> },
    { key: 'duration', title: say('duration'), align: 'right', render: (one) => <span className="figures">{duration(one.duration_s)}</span> },
    { key: 'audio', title: say('audio'), width: 320, render: (one) => <Listen voicemail={one} /> },
    { key: 'done', title: say('done'), render: (one) => <Done voicemail={one} /> },
    ...(handles ? [{ key: 'actions', title: say('actions'), width: 140, render: (one: Voicemail) => <Acts voicemail={one} /> }] : []),
  ]
}

/** Click to dial; who may handle messages is noted as having called back. */
function Number({ voicemail: { number, voicemail_id } }: { voicemail: Voicemail }) {
  const act = useAct()
  const handles = useMay('voicemail.handle')
  return <DialNumber number={number} onDialled={handles ? () => void act(() => calledBack(voicemail_id)) : undefined} />
}

function Done({ voicemail }: { voicemail: Voicemail }) {
  const say = voicemailWords.useWords()
  const agents = useChoices('agent')
  const { called_back_by, handled_by, note } = voicemail
  const said = [
    called_back_by && say('called_back', { name: agents.nameOf(called_back_by) }),
    handled_by && say('handled_by', { name: agents.nameOf(handled_by) }),
    note,
  ].filter(Boolean)
  return <span>{said.join(' · ') || '—'}</span>
}
