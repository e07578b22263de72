import { useQuery } from '@tanstack/react-query'
import { api, ask } from './client'

/** The parts that the installation has (the carrier simulator is one); undefined while that is not known. */
export function useParts(): string[] | undefined {
  const health = useQuery({ queryKey: ['health'], queryFn: () => ask(api.GET('/health')), staleTime: 300_000 })
  // An installation may say that it is well and name no parts.
  const parts: Record<string, string> | undefined = health.data?.parts
  return health.data && Object.keys(parts ?? {})
}
