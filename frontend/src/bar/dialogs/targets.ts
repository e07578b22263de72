import type { TargetKind } from '@/api/types'

export type Purpose = 'transfer' | 'consult' | 'conference'

const KINDS: readonly TargetKind[] = ['agent', 'group', 'flow', 'outside']

/** Whom a call can be given to: who is consulted or invited is somebody to talk to; flows are for those who may see them. */
export function kindsFor(purpose: Purpose, seesFlows: boolean): TargetKind[] {
  if (purpose !== 'transfer') return ['agent', 'outside']
  return KINDS.filter((kind) => kind !== 'flow' || seesFlows)
}
