import { CloudUploadOutlined, SafetyCertificateOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button, Tag } from 'antd'
import { useContext } from 'react'
import { queryClient } from '@/api/queries'
import type { FlowProblem } from '@/api/types'
import { useMay } from '@/api/session'
import { useTabs } from '@/app/tabs'
import { TabPath } from '@/app/useTab'
import { textOf } from '@/parts/ErrorNotice'
import { partWords } from '@/parts/locale'
import { checkFlow, flowRecords, publishFlow, type FlowText } from '../api'
import { flowWords } from '../locale'

const hindering = (problems: readonly FlowProblem[]): FlowProblem[] => problems.filter((one) => one.severity !== 'warning')

interface Props {
  flow: FlowText
}

/** Which version callers hear; checks and publishes the stored draft. */
export function PublishBar({ flow }: Props) {
  const say = flowWords.useWords()
  const { modal, message } = App.useApp()
  const mayPublish = useMay('flows.publish')
  const path = useContext(TabPath)
  const dirty = useTabs((state) => state.tabs.find((tab) => tab.path === path)?.dirty ?? false)
  const fail = useFailure()
  const check = useMutation({
    mutationFn: () => checkFlow(flow.flow_id),
    onSuccess: (problems) => {
      if (hindering(problems).length === 0) void message.success(say('check.good'))
      else void message.warning(say('publish.problems'))
    },
    onError: fail,
  })
  const publish = useMutation({
    mutationFn: () => publishFlow(flow.flow_id),
    onSuccess: ({ published_version }) => {
      void queryClient.invalidateQueries({ queryKey: [flowRecords.key] })
      void message.success(say('publish.done', { version: published_version ?? 0 }))
    },
    onError: fail,
  })
  const ask = async (): Promise<void> => {
    const problems = await check.mutateAsync().catch(() => null)
    if (problems === null || hindering(problems).length > 0) return
    modal.confirm({
      title: say('publish.title', { name: flow.name }),
      content: say('publish.follows'),
      okText: say('publish'),
      cancelText: say('cancel'),
      onOk: () => publish.mutateAsync().catch(() => undefined),
    })
  }
  const version = flow.published_version
  return (
    <div className="row wrap" style={{ marginBottom: 8 }}>
      <Tag color={version === null ? 'default' : 'success'}>{version === null ? say('published.none') : `${say('published')} · ${say('version', { version })}`}</Tag>
      <Button icon={<SafetyCertificateOutlined />} disabled={dirty} title={dirty ? say('publish.dirty') : undefined} loading={check.isPending} onClick={() => check.mutate()}>
        {say('check')}
      </Button>
      {mayPublish && (
        <Button icon={<CloudUploadOutlined />} disabled={dirty} title={dirty ? say('publish.dirty') : undefined} loading={publish.isPending} onClick={() => void ask()}>
          {say('publish')}
        </Button>
      )}
      {dirty && <span className="quiet">{say('publish.dirty')}</span>}
    </div>
  )
}

function useFailure(): (error: unknown) => void {
  const sayPart = partWords.useWords()
  const { message } = App.useApp()
  return (error) => void message.error(textOf(error, sayPart))
}
