import { useEffect } from 'react'
import { queryClient } from '@/api/queries'
import { useOwn } from '@/live/useLive'

/** Has what is read under this key read again when the agent has left a call, or changes what he does between calls. */
export function useAfterWork(key: string): void {
  const { agent } = useOwn()
  const state = agent?.state
  useEffect(() => {
    if (state === 'ready' || state === 'wrap_up' || state === 'not_ready') void queryClient.invalidateQueries({ queryKey: [key] })
  }, [key, state])
}
