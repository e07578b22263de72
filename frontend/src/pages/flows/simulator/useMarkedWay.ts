import { useEffect } from 'react'
import { useStore } from 'zustand'
import { useLocale } from '@/app/i18n'
import type { FlowStore, Mark } from '../canvas/store'
import { simWords } from './locale'
import { inDraft, pathOf, type SessionStore } from './session'

/** Marks on the canvas the nodes that the call came through, by their places on its way, and the one where it is. */
export function useMarkedWay(session: SessionStore, store: FlowStore): void {
  const steps = useStore(session, (state) => state.steps)
  const language = useLocale()
  useEffect(() => {
    const told = steps.at(-1)?.told
    const places = new Map<string, number[]>()
    pathOf(steps).forEach((visit, place) => {
      if (inDraft(visit)) places.set(visit.node, [...(places.get(visit.node) ?? []), place + 1])
    })
    const marks = new Map([...places].map(([node, numbers]): [string, Mark] => [node, { tone: 'good', text: numbers.slice(-5).join(' · ') }]))
    if (told && inDraft(told)) marks.set(told.node, { tone: 'info', text: `▶ ${simWords.say('here')}` })
    store.getState().setMarks(marks)
  }, [store, steps, language])
  useEffect(() => () => store.getState().setMarks(new Map()), [store])
}
