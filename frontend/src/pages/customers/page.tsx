import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useNavigate } from 'react-router'
import { useMay } from '@/api/session'
import type { Customer } from '@/api/types'
import { DialNumber } from '@/bar/parts/DialNumber'
import { ListPage } from '@/parts/list/ListPage'
import type { Column } from '@/parts/list/types'
import { TimeText } from '@/parts/TimeText'
import { listCustomers } from './api'
import { customersWords } from './locale'

/** Customers by name or number. */
export function CustomersPage() {
  const say = customersWords.useWords()
  const navigate = useNavigate()
  const writes = useMay('customers.write')
  const columns: Column<Customer>[] = [
    { key: 'name', title: say('col.name'), width: 160, render: (row) => <b>{row.name}</b> },
    { key: 'phones', title: say('col.phones'), width: 240, render: (row) => <Phones phones={row.phones} /> },
    { key: 'company', title: say('col.company'), render: (row) => row.company || '—' },
    { key: 'owner', title: say('col.owner'), width: 110, render: (row) => row.owner || '—' },
    { key: 'notes', title: say('col.notes'), hidden: true, render: (row) => <span className="cut">{row.notes}</span> },
    { key: 'updated', title: say('col.updated'), width: 150, render: (row) => <TimeText at={row.updated_at} /> },
  ]
  const add = writes && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/customers/new')}>
      {say('add')}
    </Button>
  )
  return (
    <ListPage<Customer>
      id="customers"
      title={say('title')}
      search={say('search')}
      load={listCustomers}
      rowKey={(row) => row.customer_id}
      columns={columns}
      onOpen={(row) => void navigate(`/customers/${row.customer_id}`)}
      actions={add}
      empty={{ title: say('empty.title'), hint: say('empty.hint'), action: add }}
    />
  )
}

function Phones({ phones }: { phones: string[] }) {
  return phones.map((number) => <DialNumber key={number} number={number} />)
}
