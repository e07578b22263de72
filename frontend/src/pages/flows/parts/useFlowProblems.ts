import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useLocale } from '@/app/i18n'
import type { FlowProblem } from '@/api/types'
import { checkDocument, readSchema } from '../api'
import type { FlowStore, NodeProblem } from '../canvas/store'
import { flowWords } from '../locale'
import { checker, type TextProblem } from './check'
import { useSettled } from './useSettled'

export const useSchema = () => useQuery({ queryKey: ['flow-schema'], queryFn: readSchema, staleTime: Infinity })

export interface FlowProblems {
  /** Found in the text itself: syntax, schema, and (until the server has answered) ways that lead nowhere. */
  found: readonly TextProblem[]
  /** What the server's rules for publishing say; null while they could not be asked. */
  server: readonly FlowProblem[] | null
}

/** What is wrong with the text, a moment after it was last changed: here first, then by the server's rules. */
export function useFlowProblems(text: string): FlowProblems {
  const schema = useSchema()
  const settled = useSettled(text)
  const check = useMemo(() => checker(schema.data), [schema.data])
  const found = useMemo(() => check(settled), [check, settled])
  const sound = schema.data !== undefined && !found.some((one) => one.severity === 'error')
  const language = useLocale()
  const answer = useQuery({
    queryKey: ['flow-check', language, settled],
    queryFn: () => checkDocument(settled),
    enabled: sound,
    placeholderData: (before) => before,
    gcTime: 0,
    retry: false,
  })
  const server = sound ? (answer.data ?? null) : null
  // The server knows of ways that lead nowhere too; nobody wants to read of them twice.
  const own = useMemo(() => (server === null ? found : found.filter((one) => one.severity === 'error')), [found, server])
  return { found: own, server }
}

/** Marks the nodes that something is wrong with. */
export function useMarkedProblems(store: FlowStore, { found, server }: FlowProblems): void {
  const language = useLocale()
  useEffect(() => {
    const marked = new Map<string, NodeProblem>()
    const mark = (node: string, severity: NodeProblem['severity'], text: string): void => {
      const before = marked.get(node)
      marked.set(node, { severity: before?.severity === 'error' ? 'error' : severity, text: before ? `${before.text}\n${text}` : text })
    }
    for (const one of found) if (one.node !== '') mark(one.node, one.severity, flowWords.say(one.word, one.params))
    for (const one of server ?? []) if (one.node !== '') mark(one.node, 'warning', one.detail)
    store.getState().setProblems(marked)
  }, [store, found, server, language])
}
