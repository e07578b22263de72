import { PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useMay } from '@/api/session'
import type { NumberList } from '@/api/types'
import { useFieldRules } from '@/parts/fields/rules'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { ListQuery } from '@/parts/list/types'
import { RecordPage } from '@/parts/record/RecordPage'
import { numberListRecords } from './api'
import { listWords } from './locale'
import { Numbers } from './parts/Numbers'

const loadLists = async (query: ListQuery) => localPage(await numberListRecords.all(), query, (one) => [one.name, one.note])

export function NumberListsPage() {
  const say = listWords.useWords()
  const navigate = useNavigate()
  const create = useMay('number_lists.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/number-lists/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<NumberList>
      id={numberListRecords.key}
      title={say('title')}
      load={loadLists}
      rowKey={(one) => one.list_id}
      search={say('search')}
      columns={[
        { key: 'name', title: say('name'), render: (one) => one.name },
        { key: 'note', title: say('note'), render: (one) => one.note || '—' },
      ]}
      onOpen={(one) => void navigate(`/number-lists/${encodeURIComponent(one.list_id)}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

function Editor({ id }: { id: string | null }) {
  const say = listWords.useWords()
  const rules = useFieldRules()
  return (
    <RecordPage<NumberList>
      records={numberListRecords}
      id={id}
      newTitle={say('new')}
      title={(one) => one.name}
      initial={{ list_id: '', name: '', note: '' }}
      writePermission="number_lists.write"
      follows={() => say('follows')}
      names={{ name: say('name'), note: say('note') }}
      tidy={(one) => ({ ...one, name: one.name.trim(), note: one.note || '' })}
      fields={(one) => (
        <>
          <Form.Item name="list_id" hidden>
            <Input />
          </Form.Item>
          <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]}>
            <Input maxLength={100} autoFocus={one === null} />
          </Form.Item>
          <Form.Item name="note" label={say('note')}>
            <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} />
          </Form.Item>
        </>
      )}
      beside={(one) => <Numbers list={one.list_id} />}
    />
  )
}

export const NewNumberListPage = () => <Editor id={null} />

export function NumberListPage() {
  const { list_id = '' } = useParams()
  return <Editor id={list_id} />
}
