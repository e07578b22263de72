import { useEffect, useState } from 'react'
import { queryClient } from '@/api/queries'

const KINDS = ['call', 'webhook', 'callback', 'conference', 'recording', 'fault', 'error']
const GATHER_MS = 200

/** Follows the simulator's events: what they concern is read again, at most five times a second. Answers whether the line is up. */
export function useSimEvents(): boolean {
  const [up, setUp] = useState(true)
  useEffect(() => {
    const source = new EventSource('/sim/events')
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        void queryClient.invalidateQueries({ queryKey: ['sim'] })
      }, GATHER_MS)
    }
    source.onopen = () => setUp(true)
    source.onerror = () => setUp(false)
    KINDS.forEach((kind) => source.addEventListener(kind, read))
    return () => {
      clearTimeout(timer)
      source.close()
    }
  }, [])
  return up
}
