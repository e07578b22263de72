import { useMemo } from 'react'
import { session } from '@/api/session'
import { ownOf, type Own } from './own'
import { live } from './store'

/** The agent at this desk: state, call, offer. */
export function useOwn(): Own {
  const entities = live((state) => state.entities)
  const username = session((state) => state.user?.username ?? '')
  return useMemo(() => ownOf(entities, username), [entities, username])
}

export function own(): Own {
  return ownOf(live.getState().entities, session.getState().user?.username ?? '')
}

/** Everything that the server has said about entities; for pages that watch many (the wall). */
export const useEntities = (): ReturnType<typeof live.getState>['entities'] => live((state) => state.entities)
