import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './errors'

/** A refusal is final; only a server that was not reached, or failed, is asked again. */
function worthRepeating(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500
  return !refused && failures < 2
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: worthRepeating, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
})
