import { useQuery } from '@tanstack/react-query'
import { Form, Skeleton } from 'antd'
import { queryClient } from '@/api/queries'
import { useMay } from '@/api/session'
import type { FlowHost, FlowHosts } from '@/api/types'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { RecordForm } from '@/parts/form/RecordForm'
import { readFlowHosts, writeFlowHosts } from './api'
import { hostWords } from './locale'
import { HostsField } from './parts/HostsField'
import { hostsProblem } from './parts/rows'

const KEY = ['flow-hosts']

/** The hosts that HTTP nodes of flows may ask. */
export function FlowHostsPage() {
  const say = hostWords.useWords()
  const mayWrite = useMay('settings.write')
  const found = useQuery({ queryKey: KEY, queryFn: readFlowHosts })
  if (found.isError) {
    return (
      <div className="record">
        <ErrorNotice error={found.error} retry={() => void found.refetch()} />
      </div>
    )
  }
  if (!found.data) return <Skeleton active className="record" />
  return (
    <div className="record">
      <h1>{say('title')}</h1>
      <p className="quiet" style={{ maxWidth: 720 }}>
        {say('hint')}
      </p>
      <RecordForm<FlowHosts>
        record={found.data}
        save={writeFlowHosts}
        reload={readFlowHosts}
        onSaved={(stored) => void queryClient.setQueryData(KEY, stored)}
        readOnly={!mayWrite}
        names={{ hosts: say('hosts') }}
      >
        <Fields />
      </RecordForm>
    </div>
  )
}

function Fields() {
  const say = hostWords.useWords()
  const check = (hosts: FlowHost[]): string | null => {
    const problem = hostsProblem(hosts)
    return problem === null ? null : say(problem.code, { name: problem.name || say('unnamed') })
  }
  return (
    <Form.Item
      name="hosts"
      label={say('hosts')}
      rules={[
        {
          validator: (_rule, hosts: FlowHost[]) => {
            const problem = check(hosts)
            return problem === null ? Promise.resolve() : Promise.reject(new Error(problem))
          },
        },
      ]}
    >
      <HostsField />
    </Form.Item>
  )
}
