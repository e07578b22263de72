import { useServerNow } from '@/live/clock'
import { duration } from './format'

/** Counts up from `since`, or down to `until`, by the server's clock. */
export function Timer({ since, until }: { since?: number | null; until?: number | null }) {
  const now = useServerNow()
  const seconds = until == null ? (now - (since ?? now)) / 1000 : (until - now) / 1000
  return (
    <span className="figures" role="timer">
      {duration(Math.max(0, until == null ? Math.floor(seconds) : Math.ceil(seconds)))}
    </span>
  )
}
