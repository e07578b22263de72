import { useSyncExternalStore } from 'react'

/** The server's clock as seen from here. Timers tick from it, so a wrong clock on the desk shows no wrong times. */
let offset = 0
let measured = false

/** Notes the server's time as it was when an answer arrived; small differences (network) are not chased. */
export function noteServerTime(serverTime: number): void {
  const next = serverTime - Date.now()
  if (!measured || Math.abs(next - offset) > 750) offset = next
  measured = true
}

export const serverNow = (): number => Date.now() + offset

const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined
let second = 0

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  ticking ??= setInterval(() => listeners.forEach((each) => each()), 500)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

/** Milliseconds of the server's present second; changes once a second. */
export function useServerNow(): number {
  return useSyncExternalStore(subscribe, () => {
    second = Math.floor(serverNow() / 1000) * 1000
    return second
  })
}
