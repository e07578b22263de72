import './customer.css'
import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { queryClient } from '@/api/queries'
import { useMay } from '@/api/session'
import type { Customer } from '@/api/types'
import { useCloseTab, useTabTitle } from '@/app/useTab'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { RecordForm } from '@/parts/form/RecordForm'
import { nationalNumber } from '@/parts/numbers'
import { deleteCustomer, readCustomer, saveCustomer } from './api'
import { customerWords } from './locale'
import { CustomerFields, tidy } from './parts/CustomerFields'
import { History } from './parts/History'
import { ThisCall } from './parts/ThisCall'

/** Everything that shows customers reads them again: lists, and who the present caller is. */
function changed(customer: Customer | null, id: string): void {
  if (customer) queryClient.setQueryData(['customer', id], customer)
  void queryClient.invalidateQueries({ queryKey: ['customers'] })
  void queryClient.invalidateQueries({ queryKey: ['screen-pop'] })
}

/** A customer: data, this call if there is one, and every contact so far. */
export function CustomerPage() {
  const say = customerWords.useWords()
  const { customer_id: id = '' } = useParams()
  const writes = useMay('customers.write')
  const closeTab = useCloseTab()
  const found = useQuery({ queryKey: ['customer', id], queryFn: () => readCustomer(id) })
  useTabTitle(found.data?.name)
  if (found.isError) return <ErrorNotice error={found.error} retry={() => void found.refetch()} />
  if (found.isPending) return <Skeleton active className="record" />
  const customer = found.data
  return (
    <div className="record customer">
      <div>
        <h1>{customer.name}</h1>
        <ThisCall />
        <RecordForm<Customer>
          record={customer}
          save={(record) => saveCustomer(tidy(record))}
          reload={() => readCustomer(id)}
          onSaved={(saved) => changed(saved, id)}
          readOnly={!writes}
          names={{ name: say('name'), phones: say('phones'), company: say('company'), notes: say('notes') }}
          deletion={{
            name: customer.name,
            follows: say('follows'),
            run: () => deleteCustomer(customer),
            done: () => {
              changed(null, id)
              closeTab()
            },
          }}
        >
          <CustomerFields />
        </RecordForm>
      </div>
      <History customerId={id} />
    </div>
  )
}

/** An empty form; a screen pop brings the caller's number. A second caller before it is saved starts another form. */
export function NewCustomerPage() {
  const [params] = useSearchParams()
  return <NewCustomer key={params.get('call_id') ?? ''} />
}

function NewCustomer() {
  const say = customerWords.useWords()
  const [params] = useSearchParams()
  const closeTab = useCloseTab()
  const [number] = useState(() => params.get('number'))
  useTabTitle(number ? `${say('new')} ${nationalNumber(number)}` : say('new'))
  const saved = (customer: Customer): void => {
    changed(customer, customer.customer_id)
    const call = params.get('call_id')
    closeTab(`/customers/${customer.customer_id}${call ? `?call_id=${call}` : ''}`)
  }
  return (
    <div className="record customer">
      <div>
        <h1>{say('new')}</h1>
        <ThisCall />
        <RecordForm<Customer>
          record={null}
          initial={{ phones: [number ? nationalNumber(number) : ''] }}
          save={(record) => saveCustomer(tidy(record))}
          onSaved={saved}
          onCancel={() => closeTab()}
        >
          <CustomerFields />
        </RecordForm>
      </div>
    </div>
  )
}
