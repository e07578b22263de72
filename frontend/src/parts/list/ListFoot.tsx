import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { textOf } from '../ErrorNotice'
import { partWords } from '../locale'
import { PAGE_ROWS, type BulkAction } from './types'
import type { ListState } from './useListState'

interface Props<T> {
  state: ListState
  count: number
  cursor: string | null
  selected: T[]
  bulk: readonly BulkAction<T>[]
  done: () => void
}

/** Paging by cursor, and what can be done with the selected rows. */
export function ListFoot<T>({ state, count, cursor, selected, bulk, done }: Props<T>) {
  const say = partWords.useWords()
  const { message } = App.useApp()
  const act = useMutation({
    mutationFn: (action: BulkAction<T>) => action.run(selected),
    onSettled: done,
    onError: (error) => void message.error(textOf(error, say)),
  })
  const from = state.trail.length * PAGE_ROWS + 1
  return (
    <footer className="list-foot row">
      {selected.length > 0 && <strong>{say('list.selected', { count: selected.length })}</strong>}
      {selected.length > 0 &&
        bulk.map((action) => (
          <Button key={action.key} size="small" danger={action.danger} loading={act.isPending} onClick={() => act.mutate(action)}>
            {action.label}
          </Button>
        ))}
      <span className="quiet grow">{say('list.keys')}</span>
      {count > 0 && <span className="figures">{say('list.rows', { from, to: from + count - 1 })}</span>}
      <Button size="small" icon={<LeftOutlined />} disabled={state.trail.length === 0} onClick={state.previous}>
        {say('list.previous')}
      </Button>
      <Button
        size="small"
        icon={<RightOutlined />}
        iconPlacement="end"
        disabled={!cursor}
        onClick={() => cursor && state.next(cursor)}
      >
        {say('list.next')}
      </Button>
    </footer>
  )
}
