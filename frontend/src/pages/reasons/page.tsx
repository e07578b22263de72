import { useQuery } from '@tanstack/react-query'
import { Form, Skeleton } from 'antd'
import { queryClient } from '@/api/queries'
import { useMay } from '@/api/session'
import type { Reason, ReasonLists } from '@/api/types'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { FormSection, RecordForm } from '@/parts/form/RecordForm'
import { readReasons, writeReasons } from './api'
import { reasonWords } from './locale'
import { itemsProblem } from './parts/items'
import { ReasonsField } from './parts/ReasonsField'
import { SystemReasons } from './parts/SystemReasons'

const LISTS = ['not_ready', 'sign_out', 'dispositions'] as const
const KEY = ['reasons', 'edit']

export function ReasonsPage() {
  const say = reasonWords.useWords()
  const mayWrite = useMay('settings.write')
  const lists = useQuery({ queryKey: KEY, queryFn: readReasons })
  if (lists.isError) {
    return (
      <div className="record">
        <ErrorNotice error={lists.error} retry={() => void lists.refetch()} />
      </div>
    )
  }
  if (!lists.data) return <Skeleton active className="record" />
  const saved = (stored: ReasonLists): void => {
    queryClient.setQueryData(KEY, stored)
    void queryClient.invalidateQueries({ queryKey: ['reasons'] })
  }
  return (
    <div className="record">
      <h1>{say('title')}</h1>
      <p className="quiet" style={{ maxWidth: 640 }}>
        {say('hint')}
      </p>
      <RecordForm<ReasonLists>
        record={lists.data}
        save={writeReasons}
        reload={readReasons}
        onSaved={saved}
        readOnly={!mayWrite}
        names={{ not_ready: say('not_ready'), sign_out: say('sign_out'), dispositions: say('dispositions') }}
      >
        <Fields />
      </RecordForm>
      <SystemReasons />
    </div>
  )
}

function Fields() {
  const say = reasonWords.useWords()
  const check = (list: string, items: Reason[]): string | null => {
    if (list === 'not_ready' && items.length === 0) return say('problem.none')
    const problem = itemsProblem(items)
    return problem === null ? null : say(problem.code, { name: problem.name || say('unnamed') })
  }
  return LISTS.map((list) => (
    <FormSection key={list} title={say(list)} hint={say(`${list}.hint`)}>
      <Form.Item
        name={list}
        rules={[
          {
            validator: (_rule, items: Reason[]) => {
              const problem = check(list, items)
              return problem === null ? Promise.resolve() : Promise.reject(new Error(problem))
            },
          },
        ]}
      >
        <ReasonsField />
      </Form.Item>
    </FormSection>
  ))
}

