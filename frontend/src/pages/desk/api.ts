import { api, ask } from '@/api/client'
import type { CallRecord, Page } from '@/api/types'

const RECENT = 15

/** The agent's own last calls, newest first. */
export const recentCalls = (agent_id: string): Promise<Page<CallRecord>> =>
  ask(api.GET('/calls', { params: { query: { agent_id, limit: RECENT } } }))
