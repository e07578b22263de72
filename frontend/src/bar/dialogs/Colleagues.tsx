import type { ReactNode } from 'react'
import { useCallback } from 'react'
import { session, useMay } from '@/api/session'
import type { Contact, AgentState } from '@/api/types'
import { useTopic } from '@/live/live'
import { useEntities } from '@/live/useLive'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { StateTag } from '@/parts/StateTag'
import { useAddressBook } from '../api'
import { barWords } from '../locale'

interface Props {
  q: string
  department?: string
  /** What can be done with a colleague; the first of it is also done by Enter. */
  actions: (entry: Contact, state: AgentState | null) => ReactNode
}

const nothing = (): Promise<void> => Promise.resolve()

/** Follows the agents' states while the list is on the screen; nothing for those who may not see presence. */
function Presence() {
  useTopic('presence', nothing)
  return null
}

/** Colleagues found, with their state of this moment. */
export function Colleagues({ q, department, actions }: Props) {
  const say = barWords.useWords()
  const mayWatch = useMay('presence.read')
  const self = session((state) => state.user?.username)
  const book = useAddressBook(q, department, true)
  const agents = useEntities().agent
  const stateOf = useCallback(
    (entry: Contact): AgentState | null => agents.get(entry.username)?.data?.state ?? (entry.agent_state as AgentState | null),
    [agents],
  )
  const found = (book.data?.items ?? []).filter((entry) => entry.username !== self)
  if (book.isError) return <ErrorNotice error={book.error} retry={() => void book.refetch()} />
  return (
    <>
      {mayWatch && <Presence />}
      {found.length === 0 && !book.isPending && <EmptyState title={say('book.empty')} hint={say('book.empty_hint')} />}
      <ul className="pick" style={{ minHeight: 200 }} data-colleagues>
        {found.map((entry) => {
          const state = stateOf(entry)
          return (
            <li key={entry.username}>
              <span className="grow cut">
                <b>{entry.name}</b> <span className="quiet">{entry.department_name}</span>
              </span>
              <span className="figures quiet">{entry.extension}</span>
              <span style={{ width: 92 }}>
                {state ? <StateTag state={state} /> : <span className="quiet">{say('target.unknown_state')}</span>}
              </span>
              {actions(entry, state)}
            </li>
          )
        })}
      </ul>
    </>
  )
}
