import './departments.css'
import { ApartmentOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton, Tree } from 'antd'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { departmentRecords } from '@/api/records'
import { useMay } from '@/api/session'
import type { Department } from '@/api/types'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { RecordPage } from '@/parts/record/RecordPage'
import { departmentWords } from './locale'
import { DepartmentFields } from './parts/DepartmentFields'
import { treeOf } from './parts/tree'

export function DepartmentsPage() {
  const say = departmentWords.useWords()
  const navigate = useNavigate()
  const mayWrite = useMay('departments.write')
  const list = useQuery({ queryKey: [departmentRecords.key, 'all'], queryFn: departmentRecords.all })
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/departments/new')}>
      {say('new')}
    </Button>
  )
  return (
    <div className="list departments">
      <header className="list-head row">
        <h1 className="grow">{say('title')}</h1>
        {mayWrite && create}
      </header>
      <p className="quiet">{say('pick.hint')}</p>
      {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <Skeleton active />}
      {list.data?.length === 0 && (
        <EmptyState icon={<ApartmentOutlined />} title={say('empty')} hint={say('empty.hint')} action={mayWrite && create} />
      )}
      {list.data && list.data.length > 0 && (
        <nav aria-label={say('tree')}>
          <Tree
            blockNode
            showLine
            defaultExpandAll
            selectedKeys={[]}
            treeData={treeOf(list.data)}
            onSelect={(_keys, { node }) => void navigate(`/departments/${encodeURIComponent(node.key)}`)}
          />
        </nav>
      )}
    </div>
  )
}

function Editor({ id }: { id: string | null }) {
  const say = departmentWords.useWords()
  const navigate = useNavigate()
  const mayWrite = useMay('departments.write')
  const under = useSearchParams()[0].get('under')
  const list = useQuery({ queryKey: [departmentRecords.key, 'all'], queryFn: departmentRecords.all })
  return (
    <RecordPage<Department>
      records={departmentRecords}
      id={id}
      newTitle={say('new')}
      title={(department) => department.name}
      initial={{ department_id: '', name: '', parent_id: under }}
      writePermission="departments.write"
      follows={() => say('follows')}
      names={{ name: say('name'), parent_id: say('parent') }}
      above={(department) =>
        department &&
        mayWrite && (
          <Button icon={<PlusOutlined />} onClick={() => void navigate(`/departments/new?under=${encodeURIComponent(department.department_id)}`)}>
            {say('below')}
          </Button>
        )
      }
      fields={(department) => <DepartmentFields department={department} all={list.data ?? []} />}
    />
  )
}

export const NewDepartmentPage = () => <Editor id={null} />

export function DepartmentPage() {
  const { department_id = '' } = useParams()
  return <Editor id={department_id} />
}
