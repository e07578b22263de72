import { App } from 'antd'
import { textOf } from '@/parts/ErrorNotice'
import { partWords } from '@/parts/locale'

/** Carries out what a supervisor chose and says that it is done, or why not. */
export function useAct(): (work: Promise<unknown>, done: string) => Promise<void> {
  const { message } = App.useApp()
  const say = partWords.useWords()
  return async (work, done) => {
    try {
      await work
      void message.success(done)
    } catch (error) {
      void message.error(textOf(error, say))
    }
  }
}
