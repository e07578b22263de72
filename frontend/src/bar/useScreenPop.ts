import { useEffect } from 'react'
import { may } from '@/api/session'
import { usePop } from '@/app/useTab'
import type { Call, Offer, ScreenPop } from '@/api/types'
import { useOwn } from '@/live/useLive'
import { useScreenPopOf } from './api'

const STORED = 'zhiyin.popped'
const POPS: readonly Offer['kind'][] = ['queue', 'transfer', 'consult', 'outbound']

/** Calls that popped already in this window; a reload does not pop them again. */
function popped(): string[] {
  return (window.sessionStorage.getItem(STORED) ?? '').split(' ').filter(Boolean)
}

function remember(id: string): void {
  window.sessionStorage.setItem(STORED, [...popped(), id].slice(-20).join(' '))
}

/** Where a call's screen pop leads: the customer, the candidates when several share the number, or a new customer's form. */
export function popTarget(call: Call, pop: ScreenPop): { path: string; search: string } {
  const about = new URLSearchParams({ call_id: call.call_id })
  if (pop.customer) return { path: `/customers/${pop.customer.customer_id}`, search: `?${about.toString()}` }
  if (pop.candidates.length > 0) return { path: '/customers', search: `?${new URLSearchParams({ q: call.customer_number }).toString()}` }
  about.set('number', call.customer_number)
  return { path: may('customers.write') ? '/customers/new' : '/customers', search: `?${about.toString()}` }
}

/** Opens the caller's page when a call is offered: in front, or behind when the agent is typing. */
export function useScreenPop(): void {
  const { call, offer, leg } = useOwn()
  const pop = useScreenPopOf(call)
  const open = usePop()
  const data = pop.data
  const kind = offer?.kind
  const wanted = (kind !== undefined && POPS.includes(kind)) || leg !== null
  useEffect(() => {
    if (!wanted || call === null || data === undefined || call.direction === 'internal' || popped().includes(call.call_id)) return
    remember(call.call_id)
    const { path, search } = popTarget(call, data)
    open(path, search)
  }, [wanted, call, data, open])
}
