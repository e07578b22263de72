import { App } from 'antd'
import { textOf } from '@/parts/ErrorNotice'
import { partWords } from '@/parts/locale'
import { readAgain } from '@/live/voicemails'

/** Carries out what somebody does with a message, says that it is done or why not, and has the lists read again. */
export function useAct(): (work: () => Promise<unknown>, done?: string) => Promise<void> {
  const { message } = App.useApp()
  const say = partWords.useWords()
  return async (work, done) => {
    try {
      await work()
      if (done !== undefined) void message.success(done)
    } catch (error) {
      void message.error(textOf(error, say))
    }
    await readAgain()
  }
}
