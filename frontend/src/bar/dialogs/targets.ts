import type { TargetKind } from '@/api/types'

export type Purpose = 'transfer' | 'consult' | 'conference'

/** An extension is typed where numbers are typed. */
export type ShownKind = Exclude<TargetKind, 'extension'>

const KINDS: readonly ShownKind[] = ['agent', 'group', 'flow', 'outside']

/** Whom a call can be given to: who is consulted or invited is somebody to talk to; flows are for those who may see them. */
export function kindsFor(purpose: Purpose, seesFlows: boolean): ShownKind[] {
  if (purpose !== 'transfer') return ['agent', 'outside']
  return KINDS.filter((kind) => kind !== 'flow' || seesFlows)
}
