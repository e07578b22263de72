import { PlusOutlined } from '@ant-design/icons'
import { Button, Tag } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useMay } from '@/api/session'
import type { User } from '@/api/types'
import { useChoices } from '@/parts/fields/choices'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { Column, ListQuery } from '@/parts/list/types'
import { RecordPage } from '@/parts/record/RecordPage'
import { userRecords } from './api'
import { userWords } from './locale'
import { PasswordReset } from './parts/PasswordReset'
import { UserFields } from './parts/UserFields'

const loadUsers = async (query: ListQuery) =>
  localPage(await userRecords.all(), query, (user) => [user.name, user.pinyin, user.username, user.extension])

export function UsersPage() {
  const say = userWords.useWords()
  const navigate = useNavigate()
  const mayWrite = useMay('users.write')
  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/users/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<User>
      id={userRecords.key}
      title={say('title')}
      load={loadUsers}
      rowKey={(user) => user.username}
      columns={useColumns()}
      search={say('search')}
      onOpen={(user) => void navigate(`/users/${encodeURIComponent(user.username)}`)}
      actions={mayWrite && create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: mayWrite && create }}
    />
  )
}

function useColumns(): Column<User>[] {
  const say = userWords.useWords()
  const departments = useChoices('department')
  const roles = useChoices('role')
  return [
    { key: 'name', title: say('name'), render: (user) => user.name },
    { key: 'username', title: say('username'), render: (user) => user.username },
    { key: 'pinyin', title: say('pinyin'), render: (user) => user.pinyin, hidden: true },
    {
      key: 'roles',
      title: say('roles'),
      render: (user) => user.roles.map((role) => <Tag key={role}>{roles.nameOf(role)}</Tag>),
    },
    { key: 'department', title: say('department'), render: (user) => departments.nameOf(user.department_id || null) },
    { key: 'extension', title: say('extension'), render: (user) => <span className="figures">{user.extension || '—'}</span> },
    { key: 'email', title: say('email'), render: (user) => user.email || '—', hidden: true },
    { key: 'phone', title: say('phone'), render: (user) => user.phone || '—', hidden: true },
    {
      key: 'state',
      title: say('state'),
      render: (user) => (user.disabled ? <Tag color="error">{say('disabled')}</Tag> : say('enabled')),
    },
  ]
}

const BLANK: Partial<User> = { username: '', name: '', email: '', phone: '', roles: ['agent'], department_id: '', extension: '', disabled: false, locale: 'zh-CN' }

function Editor({ id }: { id: string | null }) {
  const say = userWords.useWords()
  const mayWrite = useMay('users.write')
  return (
    <RecordPage<User & { initial_password?: string }>
      records={userRecords}
      id={id}
      newTitle={say('new')}
      title={(user) => user.name}
      initial={BLANK}
      writePermission="users.write"
      follows={() => say('follows')}
      names={{
        name: say('name'),
        roles: say('roles'),
        department_id: say('department'),
        extension: say('extension'),
        email: say('email'),
        phone: say('phone'),
        locale: say('language'),
        disabled: say('disabled'),
      }}
      // An empty text, not the form's null, is what the API takes for "none".
      tidy={(user) => ({ ...user, department_id: user.department_id || '' })}
      above={(user) => user && mayWrite && <PasswordReset user={user} />}
      fields={(user) => <UserFields user={user} />}
    />
  )
}

export const NewUserPage = () => <Editor id={null} />

export function UserPage() {
  const { username = '' } = useParams()
  return <Editor id={username} />
}
