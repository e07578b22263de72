import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { api, ask } from '@/api/client'
import { useMay } from '@/api/session'
import type { Contact, OwnGroup, Call, Department, Group, Page, ReasonLists, ScreenPop, TransferFlow, TransferNodes } from '@/api/types'

const MINUTES_10 = 600_000

/** Lists of reasons and dispositions; they change once in months. */
export function useReasons(): UseQueryResult<ReasonLists> {
  return useQuery({ queryKey: ['reasons'], queryFn: () => ask(api.GET('/reasons')), staleTime: MINUTES_10 })
}

/** Groups that the agent is a member of. */
export function useAgentGroups(): UseQueryResult<{ items: OwnGroup[] }> {
  const works = useMay('agent.work')
  return useQuery({ queryKey: ['agent-groups'], queryFn: () => ask(api.GET('/agent/groups')), enabled: works, staleTime: 60_000 })
}

/** All groups, for those who may read them: names of groups that one is not a member of, and targets of transfers. */
export function useGroups(wanted = true): UseQueryResult<Page<Group>> {
  const may = useMay('groups.read')
  return useQuery({
    queryKey: ['groups', 'names'],
    queryFn: () => ask(api.GET('/groups', { params: { query: { limit: 200 } } })),
    enabled: may && wanted,
    staleTime: 60_000,
  })
}

export function useGroupName(): (id: string | null | undefined) => string {
  const own = useAgentGroups().data?.items ?? []
  const all = useGroups().data?.items ?? []
  return (id) => [...own, ...all].find((group) => group.group_id === id)?.name ?? id ?? ''
}

/** The flows that a call can be sent to. */
export function useTransferFlows(): UseQueryResult<{ items: TransferFlow[] }> {
  return useQuery({ queryKey: ['flows', 'transfer'], queryFn: () => ask(api.GET('/transfer-flows')), staleTime: 60_000 })
}

/** The nodes of a flow at which a call can come in. */
export function useTransferNodes(flow_id: string): UseQueryResult<TransferNodes> {
  return useQuery({
    queryKey: ['flows', 'transfer', flow_id],
    queryFn: () => ask(api.GET('/transfer-flows/{flow_id}', { params: { path: { flow_id } } })),
    staleTime: 60_000,
  })
}

export function useDepartments(wanted: boolean): UseQueryResult<Page<Department>> {
  const may = useMay('departments.read')
  return useQuery({
    queryKey: ['departments', 'names'],
    queryFn: () => ask(api.GET('/departments')),
    enabled: may && wanted,
    staleTime: 60_000,
  })
}

/** Colleagues by name, pinyin, initials or extension. */
export function useAddressBook(q: string, department_id: string | undefined, wanted: boolean): UseQueryResult<Page<Contact>> {
  return useQuery({
    queryKey: ['address-book', q, department_id],
    queryFn: () => ask(api.GET('/address-book', { params: { query: { q, department_id, limit: 50 } } })),
    enabled: wanted,
    placeholderData: (before) => before,
  })
}

export const fetchScreenPop = (number: string, call_id: string): Promise<ScreenPop> =>
  ask(api.GET('/screen-pop', { params: { query: { number, call_id } } }))

/** Who is calling and what is known of them; one request per call, shared by ringing card, screen pop and desk. */
export function useScreenPopOf(call: Call | null): UseQueryResult<ScreenPop> {
  const may = useMay('customers.read')
  const number = call?.customer_number ?? ''
  const id = call?.call_id ?? ''
  return useQuery({
    queryKey: ['screen-pop', id, number],
    queryFn: () => fetchScreenPop(number, id),
    enabled: may && number !== '' && call?.direction !== 'internal',
    staleTime: MINUTES_10,
  })
}
