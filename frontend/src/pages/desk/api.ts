import { api, ask } from '@/api/client'
import type { CallRecord, OwnFigures, Page } from '@/api/types'

const RECENT = 15

/** The agent's own figures since midnight where he sits. */
export function ownFigures(): Promise<OwnFigures> {
  const since = new Date().setHours(0, 0, 0, 0)
  return ask(api.GET('/agent/figures', { params: { query: { since } } }))
}

/** The agent's own last calls, newest first. */
export const recentCalls = (agent_id: string): Promise<Page<CallRecord>> =>
  ask(api.GET('/calls', { params: { query: { agent_id, limit: RECENT } } }))
