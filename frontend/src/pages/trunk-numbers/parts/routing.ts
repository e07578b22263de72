import type { Route, RoutingRule } from '@/api/types'
import { isHalf } from '@/parts/conditions/fields'
import { cleanRoute, routeProblem } from '@/parts/fields/routes'

export const RULE_LIMIT = 100
export const HOURS = ['open', 'closed', 'any'] as const satisfies readonly RoutingRule['hours'][]

/** A rule as it is begun: its route is yet to be chosen. */
export const BLANK_RULE: Omit<RoutingRule, 'route'> & { route: Route | null } = { name: '', hours: 'open', when: [], route: null }

const HANG_UP: Route = { kind: 'hang_up', id: null, message: null }

/** As the API takes them: trimmed, numbers in E.164. */
export const cleanRules = (rules: readonly RoutingRule[] = []): RoutingRule[] =>
  rules.map((rule) => ({ ...rule, name: rule.name.trim(), when: rule.when, route: cleanRoute(rule.route) ?? rule.route }))

/** The rules as they can be checked before all is filled in: half a rule never decides, so nothing is said of it. */
export function checkable(rules: readonly (RoutingRule | undefined)[]): RoutingRule[] | null {
  const given = rules.filter((rule) => rule !== undefined)
  if (given.length < 1 || given.some((rule) => rule.when.some(isHalf))) return null
  return given.map((rule) => ({ ...rule, route: sendable(rule.route) }))
}

/** A route that may not be chosen yet. */
function sendable(route: Route | null): Route {
  return (routeProblem(route) === null ? cleanRoute(route) : null) ?? HANG_UP
}
