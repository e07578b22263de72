import type { Route, RouteKind } from '@/api/types'
import { inE164 } from '../numbers'
import type { ChoiceKind } from './choices'

export const ROUTE_KINDS: readonly RouteKind[] = ['flow', 'group', 'agent', 'extension', 'outside', 'voicemail', 'hang_up']

/** Which list the target of a route is chosen from; outside numbers are typed, a hang-up has none. */
export const TARGET_OF: Partial<Record<RouteKind, ChoiceKind>> = { flow: 'flow', group: 'group', agent: 'agent', extension: 'extension', voicemail: 'group' }

export type RouteProblem = 'route.target_missing' | 'route.number_bad' | null

/** What is wrong with a route; null when nothing is. No route at all is always allowed here. */
export function routeProblem(route: Route | null | undefined): RouteProblem {
  if (route == null || route.kind === 'hang_up') return null
  if (!route.id) return 'route.target_missing'
  if (route.kind === 'outside' && inE164(route.id) === null) return 'route.number_bad'
  return null
}

/** The route with another kind: a target stays only if it is of the same sort (a group's queue and its voicemail). */
export function withKind(route: Route | null | undefined, kind: RouteKind): Route {
  const sameSort = route != null && TARGET_OF[kind] !== undefined && TARGET_OF[route.kind] === TARGET_OF[kind]
  return { kind, id: sameSort ? (route.id ?? null) : null, message: route?.message ?? null }
}

/** As the API takes it: numbers in E.164, no target for a hang-up, no message that says nothing. */
export function cleanRoute(route: Route | null | undefined): Route | null {
  if (route == null) return null
  const { kind, message } = route
  const spoken = message && (Object.values(message).some((text) => text.trim() !== '')) ? message : null
  const target = kind === 'outside' ? (inE164(route.id ?? '') ?? route.id) : route.id
  return { kind, id: kind === 'hang_up' ? null : (target ?? null), message: spoken }
}
