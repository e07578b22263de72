import { DeleteOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input, InputNumber, Table } from 'antd'
import { useState } from 'react'
import { queryClient } from '@/api/queries'
import { useMay } from '@/api/session'
import type { Group, Member } from '@/api/types'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorNotice, textOf } from '@/parts/ErrorNotice'
import { useChoices } from '@/parts/fields/choices'
import { Choose } from '@/parts/fields/Choose'
import { partWords } from '@/parts/locale'
import { groupRecords, listMembers, putMember, removeMember } from '../api'
import { groupWords } from '../locale'

const FIRST = { level: 5, priority: 1, position: 50, weight: 10 }
type Grading = 'level' | 'priority' | 'position' | 'weight'
const LARGEST: Record<Grading, number> = { level: 9, priority: 9, position: 999, weight: 100 }
/** What only some methods ask for. */
const ASKED: Partial<Record<Group['method'], Grading>> = { linear: 'position', weighted: 'weight' }
const MANY = 15

/** Who serves the group; every change is saved at once. */
export function Members({ group: { group_id, method } }: { group: Group }) {
  const say = groupWords.useWords()
  const mayWrite = useMay('groups.write')
  const [sought, setSought] = useState('')
  const key = [groupRecords.key, 'members', group_id]
  const list = useQuery({ queryKey: key, queryFn: () => listMembers(group_id) })
  const members = list.data ?? []
  const shown = members.filter((one) => `${one.name}${one.username}`.toLowerCase().includes(sought.trim().toLowerCase()))
  return (
    <section aria-labelledby="members">
      <h2 id="members" style={{ fontSize: 15, margin: '20px 0 4px' }}>
        {say('members')} <span className="quiet">{say('members.count', { count: members.length })}</span>
      </h2>
      <p className="quiet" style={{ margin: '0 0 10px' }}>
        {say('members.hint')}
      </p>
      {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {mayWrite && <AddMember group_id={group_id} members={members} />}
      {members.length > MANY && (
        <Input.Search allowClear aria-label={say('members.filter')} placeholder={say('members.filter')} style={{ marginTop: 8 }} onSearch={setSought} onChange={(event) => setSought(event.target.value)} />
      )}
      <MemberTable group_id={group_id} method={method} members={shown} loading={list.isPending} mayWrite={mayWrite} />
    </section>
  )
}

/** Runs a change of membership, then reads the members again; a refusal is said. */
function useChange<V>(group_id: string, run: (value: V) => Promise<unknown>) {
  const sayPart = partWords.useWords()
  const { message } = App.useApp()
  return useMutation({
    mutationFn: run,
    onError: (error) => void message.error(textOf(error, sayPart)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [groupRecords.key, 'members', group_id] }),
  })
}

function AddMember({ group_id, members }: { group_id: string; members: readonly Member[] }) {
  const say = groupWords.useWords()
  const { message } = App.useApp()
  const agents = useChoices('agent')
  const add = useChange(group_id, async (username: string) => {
    const name = agents.nameOf(username).replace(/（.*）$/, '')
    await putMember(group_id, { username, name, ...FIRST })
    void message.success(say('members.added', { name }))
  })
  return (
    <Choose
      kind="agent"
      label={say('members.add')}
      placeholder={say('members.add')}
      disabled={add.isPending}
      exclude={members.map((one) => one.username)}
      value={null}
      onChange={(username) => username !== null && add.mutate(username)}
    />
  )
}

interface TableProps {
  group_id: string
  method: Group['method']
  members: Member[]
  loading: boolean
  mayWrite: boolean
}

function MemberTable({ group_id, method, members, loading, mayWrite }: TableProps) {
  const say = groupWords.useWords()
  const { modal } = App.useApp()
  const put = useChange(group_id, (member: Member) => putMember(group_id, member))
  const remove = useChange(group_id, (member: Member) => removeMember(group_id, member.username))
  const ask = (member: Member): void => {
    modal.confirm({
      title: say('member.remove.title', { name: member.name || member.username }),
      content: say('member.remove.follows'),
      okText: say('member.remove', { name: member.name || member.username }),
      okButtonProps: { danger: true },
      cancelText: say('cancel'),
      focusable: { autoFocusButton: 'cancel' },
      onOk: () => remove.mutateAsync(member).catch(() => undefined),
    })
  }
  const grade = (field: Grading) => (value: number, member: Member) =>
    mayWrite ? (
      <Grade
        key={`${member.username} ${value}`}
        label={say(`member.${field}.of`, { name: member.name || member.username })}
        value={value}
        max={LARGEST[field]}
        save={(next) => put.mutate({ ...member, [field]: next })}
      />
    ) : (
      value
    )
  const asked = ASKED[method]
  const grades: Grading[] = ['level', 'priority', ...(asked ? [asked] : [])]
  return (
    <Table<Member>
      size="small"
      rowKey="username"
      loading={loading}
      dataSource={members}
      pagination={false}
      style={{ marginTop: 8 }}
      locale={{ emptyText: <EmptyState title={say('members.empty')} hint={say('members.empty.hint')} /> }}
      columns={[
        { title: say('member.name'), key: 'name', render: (_value, one) => <span title={one.username}>{one.name || one.username}</span> },
        ...grades.map((field) => ({ title: say(`member.${field}`), dataIndex: field, width: 96, render: grade(field) })),
        {
          key: 'remove',
          width: 48,
          render: (_value, one) =>
            mayWrite && <Button type="text" danger icon={<DeleteOutlined />} aria-label={say('member.remove', { name: one.name || one.username })} onClick={() => ask(one)} />,
        },
      ]}
    />
  )
}

/** A grade from 1 to `max`, saved when the field is left or Enter is pressed. */
function Grade({ label, value, max, save }: { label: string; value: number; max: number; save: (value: number) => void }) {
  const [typed, setTyped] = useState<number | null>(value)
  const done = (): void => {
    if (typed !== null && typed !== value) save(typed)
    else setTyped(value)
  }
  return <InputNumber<number> size="small" min={1} max={max} precision={0} style={{ width: 64 }} aria-label={label} value={typed} onChange={setTyped} onBlur={done} onPressEnter={done} />
}
