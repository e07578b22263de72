import { Drawer } from 'antd'
import { useState } from 'react'
import { useMay } from '@/api/session'
import type { CallRecord } from '@/api/types'
import { useAgentGroups, useGroups } from '@/bar/api'
import { useChoices } from '@/parts/fields/choices'
import { partWords } from '@/parts/locale'
import { ListPage } from '@/parts/list/ListPage'
import type { Filter } from '@/parts/list/types'
import { listCalls } from './api'
import { callsWords } from './locale'
import { CallDetail } from './parts/CallDetail'
import { useCallColumns } from './parts/columns'

/** Calls that one may see: own ones, the department's, or all; the server's scope decides. */
export function CallsPage() {
  const say = callsWords.useWords()
  const [shown, setShown] = useState<CallRecord | null>(null)
  const exports = useMay('call_records.export')
  const columns = useCallColumns()
  const filters = useFilters()
  return (
    <>
      <ListPage<CallRecord>
        id="calls"
        title={say('title')}
        load={listCalls}
        rowKey={(row) => row.call_id}
        columns={columns}
        filters={filters}
        onOpen={setShown}
        exportPath={exports ? '/calls/export' : undefined}
        empty={{ title: say('empty.title'), hint: say('empty.hint') }}
      />
      <Drawer open={shown !== null} onClose={() => setShown(null)} title={say('detail.title')} size={560} destroyOnHidden>
        {shown && <CallDetail record={shown} />}
      </Drawer>
    </>
  )
}

function useFilters(): Filter[] {
  const say = callsWords.useWords()
  const part = partWords.useWords()
  const own = useAgentGroups().data?.items ?? []
  const all = useGroups().data?.items ?? []
  const agents = useChoices('agent')
  const groups = all.length > 0 ? all : own
  return [
    { key: 'dates', label: say('filter.dates'), control: 'dates' },
    { key: 'number', label: say('filter.number'), control: 'text' },
    {
      key: 'direction',
      label: say('filter.direction'),
      control: 'select',
      options: (['inbound', 'outbound', 'internal'] as const).map((one) => ({ value: one, label: part(`direction.${one}`) })),
    },
    {
      key: 'answered',
      label: say('filter.answered'),
      control: 'select',
      options: [
        { value: 'true', label: say('result.answered') },
        { value: 'false', label: say('result.unanswered') },
      ],
    },
    {
      key: 'group_id',
      label: say('filter.group'),
      control: 'select',
      options: groups.map((group) => ({ value: group.group_id, label: group.name })),
    },
    { key: 'agent_id', label: say('filter.agent'), control: 'select', options: agents.items },
  ]
}
