import { App } from 'antd'
import { queryClient } from '@/api/queries'
import { textOf } from '@/parts/ErrorNotice'
import { partWords } from '@/parts/locale'
import { CALLBACKS } from '../api'

/** Carries out what somebody does with a callback, says that it is done or why not, and has the list read again. */
export function useAct(): (work: () => Promise<unknown>, done: string) => Promise<boolean> {
  const { message } = App.useApp()
  const say = partWords.useWords()
  return async (work, done) => {
    try {
      await work()
      void message.success(done)
      return true
    } catch (error) {
      void message.error(textOf(error, say))
      return false
    } finally {
      await queryClient.invalidateQueries({ queryKey: [CALLBACKS] })
    }
  }
}
