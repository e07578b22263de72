import type { TargetKind } from '@/api/types'

export type Purpose = 'transfer' | 'consult' | 'conference'

/** An extension is typed where numbers are typed. */
export type ShownKind = Exclude<TargetKind, 'extension'>

const KINDS: readonly ShownKind[] = ['agent', 'group', 'flow', 'outside']

/** Whom a call can be given to: who is consulted or invited is somebody to talk to. */
export const kindsFor = (purpose: Purpose): readonly ShownKind[] => (purpose === 'transfer' ? KINDS : ['agent', 'outside'])
