import { App } from 'antd'
import { create } from 'zustand'
import { ApiError } from '@/api/errors'
import { refreshOwn } from '@/live/live'
import { textOf } from '@/parts/ErrorNotice'
import { partWords } from '@/parts/locale'
import { PhoneError } from '@/phone/softphone'
import { barWords } from './locale'
import { problemWord } from './problem'

/** Commands under way, by name: their buttons show it and are not pressed twice. */
export const busy = create<{ names: readonly string[] }>()(() => ({ names: [] }))

const add = (name: string): void => busy.setState(({ names }) => ({ names: [...names, name] }))
const remove = (name: string): void => busy.setState(({ names }) => ({ names: names.filter((one) => one !== name) }))

export const useBusy = (name: string): boolean => busy((state) => state.names.includes(name))

/**
 * Runs a command once at a time; a failure is said with its correlation id, and the state is fetched, since the screen may have
 * been behind. Answers whether it went well.
 */
export function useCommand(): (name: string, what: string, run: () => Promise<void>) => Promise<boolean> {
  const say = partWords.useWords()
  const bar = barWords.useWords()
  const { notification } = App.useApp()
  return async (name, what, run) => {
    if (busy.getState().names.includes(name)) return false
    add(name)
    try {
      await run()
      return true
    } catch (error) {
      const why = error instanceof PhoneError ? bar(...problemWord(error.code)) : textOf(error, say)
      const id = error instanceof ApiError ? error.correlationId : null
      notification.error({
        title: bar('failed', { what, why }),
        description: id === null ? undefined : `${say('error.id')} ${id}`,
        placement: 'bottomRight',
      })
      void refreshOwn().catch(() => undefined)
      return false
    } finally {
      remove(name)
    }
  }
}
