import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import type { RoutingRule, RuleWarning } from '@/api/types'
import { checkRules } from '../api'
import { checkable } from './routing'

/** Which of the rules can never decide, as they stand in the form. */
export function useRuleWarnings(rules: readonly RoutingRule[] | undefined): readonly RuleWarning[] {
  const asked = useDeferredValue(JSON.stringify(checkable(rules ?? [])))
  const found = useQuery({
    queryKey: ['routing', 'check', asked],
    queryFn: () => checkRules(JSON.parse(asked) as RoutingRule[]),
    enabled: asked !== 'null',
    staleTime: Infinity,
  })
  return found.data ?? []
}
