import { api, ask } from '@/api/client'
import type { RoutingRule, RuleWarning } from '@/api/types'

export { trunkNumberRecords } from '@/api/records'

export const importNumbers = (carrier: string): Promise<{ added: string[]; kept: string[] }> =>
  ask(api.POST('/trunk-numbers/import', { body: { carrier } }))

export const checkRules = async (rules: RoutingRule[]): Promise<RuleWarning[]> => (await ask(api.POST('/routing/check', { body: { rules } }))).warnings
