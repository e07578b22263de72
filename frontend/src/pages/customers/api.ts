import { api, ask } from '@/api/client'
import type { Customer, Page } from '@/api/types'
import type { ListQuery } from '@/parts/list/types'

export const listCustomers = (query: ListQuery): Promise<Page<Customer>> =>
  ask(api.GET('/customers', { params: { query } }))
