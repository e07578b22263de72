import { Link } from 'react-router'
import { useMay } from '@/api/session'
import type { Callback } from '@/api/types'
import { useAgentNames, useChoices } from '@/parts/fields/choices'
import { ListPage } from '@/parts/list/ListPage'
import type { Column, Filter } from '@/parts/list/types'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { TimeText } from '@/parts/TimeText'
import { CALLBACKS, listCallbacks } from './api'
import { callbackWords } from './locale'
import { Book } from './parts/Book'
import { Cancel } from './parts/Cancel'

/** Who is still to be called back; rows come and go by themselves, so the list is read again while it is looked at. */
export function CallbacksPage() {
  const say = callbackWords.useWords()
  const books = useMay('callbacks.write')
  return (
    <ListPage<Callback>
      id={CALLBACKS}
      title={say('title')}
      load={listCallbacks}
      rowKey={(one) => one.call_id}
      filters={useFilters()}
      columns={useColumns(books)}
      refreshWhile={(rows) => rows.length > 0}
      actions={books && <Book />}
      empty={{ title: say('empty'), hint: say('empty.hint') }}
    />
  )
}

function useFilters(): Filter[] {
  const say = callbackWords.useWords()
  const groups = useChoices('group')
  return [{ key: 'group_id', label: say('group'), control: 'select', options: groups.items }]
}

function useColumns(books: boolean): Column<Callback>[] {
  const say = callbackWords.useWords()
  const groups = useChoices('group')
  const names = useAgentNames()
  return [
    { key: 'due', title: say('due'), render: (one) => <TimeText at={one.due_at} /> },
    { key: 'state', title: say('state'), render: (one) => say(`state.${one.state}`) },
    { key: 'customer', title: say('customer'), render: (one) => <Customer callback={one} /> },
    { key: 'number', title: say('number'), render: (one) => <PhoneNumber number={one.number} /> },
    { key: 'group', title: say('group'), render: (one) => groups.nameOf(one.group_id) },
    { key: 'tries', title: say('tries'), align: 'right', render: (one) => <span className="figures">{one.tries}</span> },
    { key: 'by', title: say('by'), render: (one) => (one.by === '' ? say('by.customer') : names([one.by])) },
    { key: 'note', title: say('note'), render: (one) => one.note || '—' },
    ...(books ? [{ key: 'actions', title: say('actions'), width: 120, render: (one: Callback) => <Cancel callback={one} /> }] : []),
  ]
}

function Customer({ callback: { customer_id, customer_name } }: { callback: Callback }) {
  if (customer_id === null) return <span className="quiet">—</span>
  return <Link to={`/customers/${customer_id}`}>{customer_name}</Link>
}
