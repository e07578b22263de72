import type { PhoneToken } from '@/api/types'
import type { PhoneEvent } from './machine'

/**
 * A phone in the browser, whoever carries its voice. Commands about the call that rings or is connected here; each promise settles
 * in bounded time. What happens comes through the listener as {@link PhoneEvent}s.
 */
export interface Softphone {
  /** Can a dropped page take its leg up again by itself (else the server has to ring again)? */
  readonly resumes: boolean
  /** Registers with a fresh token, or renews the token of a registered phone. */
  register(token: PhoneToken): Promise<void>
  accept(): Promise<void>
  /** Declines what rings: nobody else's turn. */
  reject(): void
  hangUp(): void
  mute(muted: boolean): void
  digits(digits: string): void
  close(): void
}

export interface PhoneListener {
  event: (event: PhoneEvent) => void
  /** The token runs out soon, or the carrier wants a new one: call `register` with it. */
  tokenWanted: () => void
}

export class PhoneError extends Error {
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(detail)
    this.name = 'PhoneError'
  }
}
