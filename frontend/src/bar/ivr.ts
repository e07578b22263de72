import type { Call, IvrStep } from '@/api/types'

const nameOf = (step: IvrStep): string => (typeof step === 'string' ? step : (step.label ?? step.node ?? ''))
const keysOf = (step: IvrStep): string => (typeof step === 'string' ? '' : (step.digits ?? ''))

/** The nodes that the caller came through. */
export function pathText(call: { ivr_path: IvrStep[] }): string {
  return call.ivr_path.map(nameOf).filter(Boolean).join(' › ')
}

/** What the caller keyed in: keys of the path, then what the flow stored as variables. */
export function keyedIn(call: Pick<Call, 'ivr_path' | 'variables'>): string {
  const keys = call.ivr_path.map(keysOf).filter(Boolean)
  const variables = Object.entries(call.variables).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [`${name}=${value}`] : [],
  )
  return [...keys, ...variables].join(' ')
}
