import { Button, Popconfirm } from 'antd'
import type { Callback } from '@/api/types'
import { nationalNumber } from '@/parts/numbers'
import { cancel } from '../api'
import { callbackWords } from '../locale'
import { useAct } from './useAct'

/** Gives up a callback that has not begun; one under way is ended as any call. */
export function Cancel({ callback }: { callback: Callback }) {
  const say = callbackWords.useWords()
  const act = useAct()
  if (callback.state !== 'booked' && callback.state !== 'waiting') return <span className="quiet">—</span>
  return (
    <Popconfirm
      title={say('cancel.sure', { number: nationalNumber(callback.number) })}
      okText={say('cancel')}
      cancelText={say('keep')}
      onConfirm={() => void act(() => cancel(callback.call_id), say('cancel.done'))}
    >
      <Button size="small">{say('cancel')}</Button>
    </Popconfirm>
  )
}
