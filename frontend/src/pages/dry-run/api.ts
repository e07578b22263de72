import { api, ask } from '@/api/client'
import type { DryRun, DryRunQuestion } from '@/api/types'

export const tryRouting = (question: DryRunQuestion): Promise<DryRun> => ask(api.POST('/routing/dry-run', { body: question }))
