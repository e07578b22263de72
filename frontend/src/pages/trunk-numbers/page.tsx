import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Tag } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useMay } from '@/api/session'
import type { TrunkNumber } from '@/api/types'
import { useChoices } from '@/parts/fields/choices'
import { cleanRoute } from '@/parts/fields/routes'
import { e164 } from '@/parts/fields/rules'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { Column, ListQuery } from '@/parts/list/types'
import { nationalNumber } from '@/parts/numbers'
import { RecordPage } from '@/parts/record/RecordPage'
import { trunkNumberRecords } from './api'
import { trunkWords } from './locale'
import { ImportButton } from './parts/ImportButton'
import { cleanRules } from './parts/routing'
import { TrunkNumberFields } from './parts/TrunkNumberFields'

const loadNumbers = async (query: ListQuery) =>
  localPage(await trunkNumberRecords.all(), query, (one) => [one.number, nationalNumber(one.number), one.name])

function useCarriers(): string[] {
  const list = useQuery({ queryKey: [trunkNumberRecords.key, 'all'], queryFn: trunkNumberRecords.all })
  return [...new Set((list.data ?? []).map((one) => one.carrier))]
}

export function TrunkNumbersPage() {
  const say = trunkWords.useWords()
  const navigate = useNavigate()
  const carriers = useCarriers()
  const actions = useMay('trunk_numbers.write') && (
    <>
      <Button icon={<PlusOutlined />} onClick={() => void navigate('/trunk-numbers/new')}>
        {say('new')}
      </Button>
      <ImportButton carriers={carriers} />
    </>
  )
  return (
    <ListPage<TrunkNumber>
      id={trunkNumberRecords.key}
      title={say('title')}
      load={loadNumbers}
      rowKey={(one) => one.number}
      search={say('search')}
      columns={useColumns()}
      onOpen={(one) => void navigate(`/trunk-numbers/${encodeURIComponent(one.number)}`)}
      actions={actions}
      empty={{ title: say('empty'), hint: say('empty.hint') }}
    />
  )
}

function useColumns(): Column<TrunkNumber>[] {
  const say = trunkWords.useWords()
  const flows = useChoices('flow')
  const groups = useChoices('group')
  const schedules = useChoices('schedule')
  const destination = (one: TrunkNumber) => {
    if (one.flow_id) return `${say('to.flow')} · ${flows.nameOf(one.flow_id)}`
    if (!one.group_id && one.extension) return `${say('extension')} · ${one.extension}`
    if (one.group_id) return `${say('to.group')} · ${groups.nameOf(one.group_id)}`
    return one.inbound ? <Tag color="warning">{say('to.none')}</Tag> : '—'
  }
  const uses = (one: TrunkNumber): string =>
    [one.inbound && say('inbound'), one.outbound && say('outbound')].filter(Boolean).join(' · ') || say('none')
  return [
    { key: 'number', title: say('number'), render: (one) => <span className="figures" title={one.number}>{nationalNumber(one.number)}</span> },
    { key: 'name', title: say('name'), render: (one) => one.name || '—' },
    { key: 'uses', title: say('uses'), render: uses },
    { key: 'to', title: say('to'), render: destination },
    { key: 'schedule', title: say('schedule'), render: (one) => (one.schedule_id ? schedules.nameOf(one.schedule_id) : say('schedule.none')) },
    { key: 'carrier', title: say('carrier'), render: (one) => one.carrier },
    { key: 'limit', title: say('limit'), render: (one) => one.concurrency_limit ?? '—', align: 'right', hidden: true },
  ]
}

const BLANK: Partial<TrunkNumber> = {
  number: '',
  name: '',
  carrier: '',
  inbound: true,
  outbound: true,
  flow_id: null,
  group_id: null,
  extension: null,
  rules: [],
  schedule_id: null,
  closed_route: null,
  concurrency_limit: null,
  caller_id_pool: [],
  record: true,
}

function Editor({ id }: { id: string | null }) {
  const say = trunkWords.useWords()
  return (
    <RecordPage<TrunkNumber>
      records={trunkNumberRecords}
      id={id}
      newTitle={say('new')}
      title={(one) => one.name || nationalNumber(one.number)}
      initial={BLANK}
      writePermission="trunk_numbers.write"
      follows={() => say('follows')}
      names={{
        name: say('name'),
        carrier: say('carrier'),
        inbound: say('inbound.label'),
        outbound: say('outbound.label'),
        flow_id: say('flow'),
        group_id: say('group'),
        extension: say('extension'),
        rules: say('section.rules'),
        schedule_id: say('schedule'),
        closed_route: say('closed'),
        concurrency_limit: say('limit'),
        caller_id_pool: say('pool'),
        record: say('record'),
      }}
      tidy={(one) => ({ ...one, number: e164(one.number), closed_route: cleanRoute(one.closed_route), rules: cleanRules(one.rules) })}
      fields={(one) => <TrunkNumberFields trunk={one} />}
    />
  )
}

export const NewTrunkNumberPage = () => <Editor id={null} />

export function TrunkNumberPage() {
  const { number = '' } = useParams()
  return <Editor id={number} />
}
