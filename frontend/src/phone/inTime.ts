import { after } from '@/live/steady'
import { PhoneError } from './softphone'

const LIMIT_MS = 12_000

/** `promise`, or a {@link PhoneError} with `code` when it has not settled in time: a carrier's promises may hang after sleep. */
export function inTime<T>(promise: Promise<T>, code: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(LIMIT_MS, () => reject(new PhoneError(code, '')))
    promise.then(resolve, reject).finally(cancel)
  })
}
