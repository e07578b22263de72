import { App, Button } from 'antd'
import { textOf } from '../ErrorNotice'
import { partWords } from '../locale'

export interface Deletion {
  /** What is deleted, by its name. */
  name: string
  /** What follows from it, in one or two sentences. */
  follows: string
  run: () => Promise<void>
  done: () => void
}

/** Deletes after naming the thing and saying what follows. */
export function DeleteButton({ name, follows, run, done }: Deletion) {
  const say = partWords.useWords()
  const { modal, message } = App.useApp()
  const ask = (): void => {
    modal.confirm({
      title: say('form.delete_title', { name }),
      content: follows,
      okText: say('form.delete'),
      okButtonProps: { danger: true },
      cancelText: say('form.cancel'),
      focusable: { autoFocusButton: 'cancel' },
      onOk: async () => {
        try {
          await run()
          void message.success(say('form.deleted', { name }))
          done()
        } catch (error) {
          void message.error(textOf(error, say))
        }
      },
    })
  }
  return (
    <Button danger onClick={ask}>
      {say('form.delete')}
    </Button>
  )
}
