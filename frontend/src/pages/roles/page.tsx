import { CopyOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Skeleton } from 'antd'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useMay } from '@/api/session'
import type { Role } from '@/api/types'
import { useLabel } from '@/app/i18n'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { ListQuery } from '@/parts/list/types'
import { RecordPage } from '@/parts/record/RecordPage'
import { roleRecords } from './api'
import { roleWords } from './locale'
import { RoleFields } from './parts/RoleFields'

const loadRoles = async (query: ListQuery) =>
  localPage(await roleRecords.all(), query, (role) => [role.name['zh-CN'], role.name.en, role.role_id])

const scopeWord = (scope: string) => `scope.${scope as 'own' | 'department' | 'subtree' | 'all'}` as const

export function RolesPage() {
  const say = roleWords.useWords()
  const text = useLabel()
  const navigate = useNavigate()
  const mayWrite = useMay('roles.write')
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/roles/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<Role>
      id={roleRecords.key}
      title={say('title')}
      load={loadRoles}
      rowKey={(role) => role.role_id}
      search={say('search')}
      columns={[
        { key: 'name', title: say('name'), render: (role) => text(role.name) },
        { key: 'code', title: say('code'), render: (role) => role.role_id },
        { key: 'kind', title: say('kind'), render: (role) => say(role.builtin ? 'builtin' : 'own') },
        { key: 'scope', title: say('scope'), render: (role) => say(scopeWord(role.scope)) },
        { key: 'count', title: say('count'), align: 'right', width: 100, render: (role) => role.permissions.length },
      ]}
      onOpen={(role) => void navigate(`/roles/${role.role_id}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

const BLANK: Partial<Role> = { role_id: '', name: { 'zh-CN': '', en: '' }, permissions: ['self.read'], scope: 'own', builtin: false }

function Editor({ id, initial }: { id: string | null; initial: Partial<Role> }) {
  const say = roleWords.useWords()
  const text = useLabel()
  const navigate = useNavigate()
  const mayWrite = useMay('roles.write')
  const copy = (role: Role) => (
    <Button icon={<CopyOutlined />} onClick={() => void navigate(`/roles/new?from=${role.role_id}`)}>
      {say('copy')}
    </Button>
  )
  return (
    <RecordPage<Role>
      records={roleRecords}
      id={id}
      newTitle={say('new')}
      title={(role) => text(role.name)}
      initial={initial}
      writePermission="roles.write"
      fixed={(role) => role.builtin}
      follows={() => say('follows')}
      names={{ name: say('name'), scope: say('scope'), permissions: say('permissions') }}
      above={(role) =>
        role?.builtin ? (
          <Alert type="info" showIcon title={say('builtin.title')} description={say('builtin.hint')} action={mayWrite && copy(role)} style={{ maxWidth: 640 }} />
        ) : (
          role && mayWrite && copy(role)
        )
      }
      fields={(role) => <RoleFields role={role} />}
    />
  )
}

/** A new role, empty or (`?from=`) with what another one allows. */
export function NewRolePage() {
  const say = roleWords.useWords()
  const [params] = useSearchParams()
  const from = params.get('from')
  const model = useQuery({ queryKey: [roleRecords.key, 'one', from], queryFn: () => roleRecords.read(from ?? ''), enabled: from !== null })
  if (from === null) return <Editor id={null} initial={BLANK} />
  if (model.isPending) return <Skeleton active className="record" />
  const { permissions = [], scope = 'own', name } = model.data ?? {}
  const called = name && { 'zh-CN': say('copy.name', { name: name['zh-CN'] }), en: say('copy.name', { name: name.en }) }
  return <Editor id={null} initial={{ ...BLANK, permissions, scope, ...(called && { name: called }) }} />
}

export function RolePage() {
  const { role_id = '' } = useParams()
  return <Editor id={role_id} initial={BLANK} />
}
