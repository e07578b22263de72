import { api, ask } from '@/api/client'
import type { CallRecord, Customer, NewCustomer, Page } from '@/api/types'

const path = (customer_id: string): { path: { customer_id: string } } => ({ path: { customer_id } })

export const readCustomer = (id: string): Promise<Customer> =>
  ask(api.GET('/customers/{customer_id}', { params: path(id) }))

/** A customer without an id is a new one. */
export const saveCustomer = (customer: Customer): Promise<Customer> =>
  customer.customer_id
    ? ask(api.PUT('/customers/{customer_id}', { params: path(customer.customer_id), body: customer }))
    : ask(api.POST('/customers', { body: written(customer) }))

/** What someone wrote; the rest of a new record is the server's. */
function written({ name, phones, company, notes, grade }: Customer): NewCustomer {
  return { name, phones, company, notes, grade, department_id: null, owner: null }
}

export const deleteCustomer = async ({ customer_id, version }: Customer): Promise<void> => {
  await ask(api.DELETE('/customers/{customer_id}', { params: { ...path(customer_id), query: { version } } }))
}

export const customerHistory = (id: string): Promise<Page<CallRecord>> =>
  ask(api.GET('/customers/{customer_id}/history', { params: { ...path(id), query: { limit: 50 } } }))
