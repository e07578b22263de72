import { useMutation } from '@tanstack/react-query'
import { App, Button, Modal, Skeleton } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { textOf } from '@/parts/ErrorNotice'
import { partWords } from '@/parts/locale'
import { pretty, readVersion, type FlowText } from '../api'
import { drawnFrom, type Drawn } from '../canvas/operations'
import { flowWords } from '../locale'

const Comparison = lazy(() => import('../canvas/drawn').then((module) => ({ default: module.Comparison })))

/** Shows what the draft changes of a published version, drawn. */
export function CompareButton({ flow, draft, version }: { flow: FlowText; draft: string; version: number }) {
  const say = flowWords.useWords()
  const sayPart = partWords.useWords()
  const { message } = App.useApp()
  const [pair, setPair] = useState<{ before: Drawn; after: Drawn } | null>(null)
  const compare = useMutation({
    mutationFn: () => readVersion(flow.flow_id, version),
    onSuccess: ({ document }) => {
      const [before, after] = [drawnFrom(pretty(document)), drawnFrom(draft)]
      if (before && after) setPair({ before, after })
      else void message.warning(say('canvas.undrawable'))
    },
    onError: (error) => void message.error(textOf(error, sayPart)),
  })
  return (
    <>
      <Button size="small" loading={compare.isPending} onClick={() => compare.mutate()}>
        {say('versions.compare')}
      </Button>
      <Modal open={pair !== null} title={say('compare.title', { version })} width="min(1280px, 94vw)" footer={null} destroyOnHidden onCancel={() => setPair(null)}>
        <Suspense fallback={<Skeleton active />}>{pair && <Comparison {...pair} />}</Suspense>
      </Modal>
    </>
  )
}
