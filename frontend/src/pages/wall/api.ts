import { api, ask } from '@/api/client'
import { queryClient } from '@/api/queries'
import type { Route, Wall } from '@/api/types'
import { takeWall } from '@/live/store'

export const WALL_KEY = ['wall']

/** The whole wall; what it says of agents, calls and queues goes into the live store, where newer events stay. */
export async function readWall(): Promise<Wall> {
  const wall = await ask(api.GET('/wall'))
  takeWall(wall)
  return wall
}

export const forceReady = (agent_id: string): Promise<unknown> => ask(api.POST('/supervision/agents/{agent_id}/ready', { params: { path: { agent_id } } }))
export const forceNotReady = (agent_id: string): Promise<unknown> => ask(api.POST('/supervision/agents/{agent_id}/not-ready', { params: { path: { agent_id } } }))
export const forceSignOut = (agent_id: string): Promise<unknown> => ask(api.POST('/supervision/agents/{agent_id}/sign-out', { params: { path: { agent_id } } }))

const path = (call_id: string) => ({ params: { path: { call_id } } })
export const disconnect = (call_id: string): Promise<unknown> => ask(api.POST('/supervision/calls/{call_id}/disconnect', path(call_id)))
export const setPriority = (call_id: string, priority: number): Promise<unknown> =>
  ask(api.PUT('/supervision/calls/{call_id}/priority', { ...path(call_id), body: { priority } }))
export const move = (call_id: string, route: Route): Promise<unknown> => ask(api.POST('/supervision/calls/{call_id}/move', { ...path(call_id), body: { route } }))
export const assign = (call_id: string, agent_id: string): Promise<unknown> =>
  ask(api.POST('/supervision/calls/{call_id}/assign', { ...path(call_id), body: { agent_id } }))

export const play = (call_id: string, what: { prompt_id: string | null; text: string }): Promise<unknown> =>
  ask(api.POST('/supervision/calls/{call_id}/play', { ...path(call_id), body: what }))

/** The snapshot that belongs to the topic `wall`: fetched on subscribing and after every break. */
export const refreshWall = async (): Promise<void> => {
  await queryClient.refetchQueries({ queryKey: WALL_KEY })
}
