import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'

/** Whether the installation has a part (the carrier simulator); undefined while that is not known. */
export function usePart(part: string): boolean | undefined {
  const health = useQuery({ queryKey: ['health'], queryFn: () => ask(api.GET('/health')), staleTime: 300_000 })
  // An installation may say that it is well and name no parts.
  const parts = health.data && ((health.data.parts as Record<string, string> | undefined) ?? {})
  return parts && part in parts
}
