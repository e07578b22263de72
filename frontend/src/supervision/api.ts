import { api, ask } from '@/api/client'
import type { Agent, Target, WatchMode } from '@/api/types'
import { expectOwnLeg } from '@/bar/autoAccept'
import { whole } from '@/bar/commands'
import { takeAgent } from '@/live/store'
import { own } from '@/live/useLive'

const path = (call_id: string) => ({ params: { path: { call_id } } })
const shown = async (answer: Promise<Agent>): Promise<void> => takeAgent(await answer)

/** Joins a live call, or lets others hear than before. This page's phone answers by itself when it is rung for it. */
export async function supervise(call_id: string, mode: WatchMode, agent_id = ''): Promise<void> {
  if (own().agent?.supervising == null) expectOwnLeg()
  await shown(ask(api.PUT('/supervision/session', { body: { call_id, mode, agent_id, phone: null } })))
}

export const stopSupervising = (): Promise<unknown> => ask(api.DELETE('/supervision/session'))

export async function pickUp(call_id: string): Promise<void> {
  expectOwnLeg()
  await ask(api.POST('/supervision/calls/{call_id}/pick-up', path(call_id)))
}

export const transferLive = (call_id: string, target: Target): Promise<unknown> =>
  ask(api.POST('/supervision/calls/{call_id}/transfer', { ...path(call_id), body: { target: whole(target) } }))
