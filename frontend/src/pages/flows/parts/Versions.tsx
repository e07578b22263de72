import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Tag } from 'antd'
import { useMay } from '@/api/session'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorNotice, textOf } from '@/parts/ErrorNotice'
import { partWords } from '@/parts/locale'
import { TimeText } from '@/parts/TimeText'
import { flowRecords, listVersions, pretty, readVersion, rollBack, type FlowText } from '../api'
import { flowWords } from '../locale'
import { CompareButton } from './CompareButton'

interface Props {
  flow: FlowText
  /** The text that is being edited. */
  draft: string
  /** Puts the text of a version into the draft. */
  load: (text: string) => void
}

/** What was published when and by whom; any of it can be brought back. */
export function Versions({ flow, draft, load }: Props) {
  const say = flowWords.useWords()
  const list = useQuery({
    queryKey: [flowRecords.key, 'versions', flow.flow_id, flow.published_version],
    queryFn: () => listVersions(flow.flow_id),
  })
  if (list.isError) return <ErrorNotice error={list.error} retry={() => void list.refetch()} />
  if (list.data?.length === 0) return <EmptyState title={say('versions.empty')} hint={say('versions.empty.hint')} />
  return (
    <ul className="flow-versions">
      {(list.data ?? []).map((one) => (
        <li key={one.version}>
          <strong className="figures">{say('version', { version: one.version })}</strong>
          {one.version === flow.published_version && <Tag color="success">{say('versions.current')}</Tag>}
          <span className="quiet grow">
            <TimeText at={one.published_at} /> {say('versions.by', { name: one.published_by })}
          </span>
          <Actions flow={flow} draft={draft} version={one.version} load={load} />
        </li>
      ))}
    </ul>
  )
}

function Actions({ flow, draft, version, load }: Props & { version: number }) {
  const say = flowWords.useWords()
  const sayPart = partWords.useWords()
  const { modal, message } = App.useApp()
  const mayWrite = useMay('flows.write')
  const mayPublish = useMay('flows.publish')
  const fail = (error: unknown): void => void message.error(textOf(error, sayPart))
  const copy = useMutation({
    mutationFn: () => readVersion(flow.flow_id, version),
    onSuccess: ({ document }) => load(pretty(document)),
    onError: fail,
  })
  const bringBack = useMutation({ mutationFn: () => rollBack(flow.flow_id, version), onSuccess: flowRecords.changed, onError: fail })
  const ask = (): void => {
    modal.confirm({
      title: say('rollback.title', { version }),
      content: say('rollback.follows', { version }),
      okText: say('versions.rollback'),
      cancelText: say('cancel'),
      focusable: { autoFocusButton: 'cancel' },
      onOk: () => bringBack.mutateAsync().catch(() => undefined),
    })
  }
  return (
    <>
      <CompareButton flow={flow} draft={draft} version={version} />
      {mayWrite && (
        <Button size="small" loading={copy.isPending} onClick={() => copy.mutate()}>
          {say('versions.load')}
        </Button>
      )}
      {mayPublish && version !== flow.published_version && (
        <Button size="small" onClick={ask}>
          {say('versions.rollback')}
        </Button>
      )}
    </>
  )
}
