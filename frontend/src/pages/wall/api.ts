import { api, ask } from '@/api/client'
import { queryClient } from '@/api/queries'
import type { Wall } from '@/api/types'
import { takeWall } from '@/live/store'

export const WALL_KEY = ['wall']

/** The whole wall; what it says of agents, calls and queues goes into the live store, where newer events stay. */
export async function readWall(): Promise<Wall> {
  const wall = await ask(api.GET('/wall'))
  takeWall(wall)
  return wall
}

/** The snapshot that belongs to the topic `wall`: fetched on subscribing and after every break. */
export const refreshWall = async (): Promise<void> => {
  await queryClient.refetchQueries({ queryKey: WALL_KEY })
}
