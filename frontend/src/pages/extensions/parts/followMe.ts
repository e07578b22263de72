import type { Extension, FollowMe, Route } from '@/api/types'
import { routeProblem, type RouteProblem } from '@/parts/fields/routes'
import { dialable } from '@/parts/numbers'
import { e164 } from '@/parts/fields/rules'

export type FollowMeKind = FollowMe['kind']
export type Unanswered = 'end' | 'mailbox' | 'route'
export type FollowMeProblem = 'follow.number_bad' | 'follow.browser_bad' | 'follow.own_bad' | null

type Owner = Pick<Extension, 'kind' | 'username'>

export const FOLLOW_LIMIT = 10

/** Which phones may ring for an extension: a virtual one has none of its own, a page needs its user. */
export function kindsOf({ kind, username }: Owner): FollowMeKind[] {
  const own: FollowMeKind[] = kind === 'virtual' ? [] : ['own']
  return [...own, ...(username && kind !== 'browser' ? (['browser'] as const) : []), 'outside']
}

/** The next line of a list: the extension's own phone first, then numbers. */
export function nextFollow(list: readonly FollowMe[], owner: Owner): FollowMe {
  const kind = kindsOf(owner).find((one) => one !== 'outside' && !list.some((line) => line.kind === one)) ?? 'outside'
  return { kind, number: null, delay_s: 0, ring_s: 20 }
}

/** What is wrong with the first bad line; null when nothing is. */
export function followProblem(list: readonly FollowMe[], owner: Owner): FollowMeProblem {
  for (const line of list) {
    if (line.kind === 'outside' && !dialable(line.number ?? '')?.startsWith('+')) return 'follow.number_bad'
    if (line.kind === 'browser' && !owner.username) return 'follow.browser_bad'
    if (line.kind === 'own' && owner.kind === 'virtual') return 'follow.own_bad'
  }
  return null
}

export const cleanFollow = (list: readonly FollowMe[]): FollowMe[] =>
  list.map((line) => ({ ...line, number: line.kind === 'outside' ? e164(line.number ?? '') : null }))

/** What is done with a call that nobody takes; a mailbox without a group is the extension's own. */
export function unansweredOf(route: Route | null | undefined): Unanswered {
  if (route == null) return 'end'
  return route.kind === 'voicemail' && route.id === null ? 'mailbox' : 'route'
}

export function unansweredRoute(what: Unanswered): Route | null {
  if (what === 'end') return null
  return what === 'mailbox' ? { kind: 'voicemail', id: null, message: null } : { kind: 'group', id: null, message: null }
}

export const unansweredProblem = (route: Route | null | undefined): RouteProblem =>
  unansweredOf(route) === 'mailbox' ? null : routeProblem(route)
