import { useQuery } from '@tanstack/react-query'
import { promptRecords } from '@/api/records'
import { useMay } from '@/api/session'
import type { Prompt } from '@/api/types'

/** The prompt library, for who may see it. */
export function usePrompts(): Prompt[] {
  const list = useQuery({ queryKey: [promptRecords.key, 'all'], queryFn: promptRecords.all, enabled: useMay('prompts.read'), staleTime: 30_000 })
  return list.data ?? []
}
