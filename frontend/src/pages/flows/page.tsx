import { PlusOutlined } from '@ant-design/icons'
import { Button, Tag } from 'antd'
import { useNavigate } from 'react-router'
import { useMay } from '@/api/session'
import type { FlowLine } from '@/api/types'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { ListQuery } from '@/parts/list/types'
import { TimeText } from '@/parts/TimeText'
import { flowRecords } from './api'
import { flowWords } from './locale'

const loadFlows = async (query: ListQuery) => localPage(await flowRecords.all(), query, (flow) => [flow.name, flow.flow_id])

export function FlowsPage() {
  const say = flowWords.useWords()
  const navigate = useNavigate()
  const create = useMay('flows.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/flows/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<FlowLine>
      id={flowRecords.key}
      title={say('title')}
      load={loadFlows}
      rowKey={(flow) => flow.flow_id}
      search={say('search')}
      columns={[
        { key: 'name', title: say('name'), render: (flow) => flow.name },
        {
          key: 'published',
          title: say('published'),
          render: (flow) =>
            flow.published_version === null ? <Tag>{say('published.none')}</Tag> : say('version', { version: flow.published_version }),
        },
        { key: 'updated', title: say('updated'), width: 160, render: (flow) => <TimeText at={flow.updated_at || null} /> },
      ]}
      onOpen={(flow) => void navigate(`/flows/${encodeURIComponent(flow.flow_id)}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}
