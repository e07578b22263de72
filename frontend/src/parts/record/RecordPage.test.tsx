import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { Form, Input } from 'antd'
import { MemoryRouter } from 'react-router'
import { beforeEach, expect, test } from 'vitest'
import { queryClient } from '@/api/queries'
import { departmentRecords } from '@/api/records'
import { session } from '@/api/session'
import { Surroundings } from '@/app/App'
import type { Department, Me } from '@/api/types'
import { answering, fail, type Asked } from '../../../tests/answering'
import { RecordPage } from './RecordPage'

const STORED: Department = { department_id: 'd1', name: '销售', parent_id: null, version: 4 }
const THEIRS: Department = { ...STORED, parent_id: '总部', version: 5 }

function open(...permissions: string[]): Asked[] {
  session.setState({ status: 'signed_in', user: { username: 'admin1', permissions } as unknown as Me, accessToken: 't' })
  let now = STORED
  const asked = answering({
    'GET /api/departments/{id}': () => now,
    // Someone else saves between our reading and our first save.
    'PUT /api/departments/{id}': ({ body }) => {
      if ((body as Department).version === 4) now = THEIRS
      return (body as Department).version === now.version ? { ...(body as Department), version: 6 } : fail(409, 'changed_meanwhile')
    },
  })
  render(
    <Surroundings>
      <MemoryRouter>
        <RecordPage<Department>
          records={departmentRecords}
          id="d1"
          newTitle="新"
          title={(one) => one.name}
          initial={{}}
          writePermission="departments.write"
          follows={() => '会消失'}
          names={{ name: '部门名称', parent_id: '上级' }}
          fields={() => (
            <>
              <Form.Item name="name" label="部门名称">
                <Input />
              </Form.Item>
              <Form.Item name="parent_id" label="上级">
                <Input />
              </Form.Item>
            </>
          )}
        />
      </MemoryRouter>
    </Surroundings>,
  )
  return asked
}

const saved = (asked: Asked[]): Department[] => asked.filter((one) => one.method === 'PUT').map((one) => one.body as Department)

async function typeAndSave(name: string): Promise<void> {
  fireEvent.change(await screen.findByLabelText('部门名称'), { target: { value: name } })
  fireEvent.click(screen.getByText('保存'))
}

beforeEach(() => queryClient.clear())

test('someone else changed the record: what they changed is shown, what was typed stays, and ours can be put over it', async () => {
  const asked = open('departments.read', 'departments.write')
  await typeAndSave('销售一部')
  const changes = await screen.findByLabelText('别人的修改')
  expect(changes.textContent).toBe('上级 — → 总部')
  expect(screen.getByLabelText('部门名称')).toHaveProperty('value', '销售一部')
  fireEvent.click(screen.getByText('用我的覆盖'))
  await waitFor(() => expect(saved(asked).map((one) => [one.version, one.name, one.parent_id])).toEqual([[4, '销售一部', null], [5, '销售一部', null]]))
})

test('theirs is taken, and the next save counts from theirs', async () => {
  const asked = open('departments.read', 'departments.write')
  await typeAndSave('销售一部')
  fireEvent.click(await screen.findByText('载入最新内容'))
  await waitFor(() => expect(screen.getByLabelText('上级')).toHaveProperty('value', '总部'))
  expect(screen.getByLabelText('部门名称')).toHaveProperty('value', '销售')
  await typeAndSave('销售三部')
  await waitFor(() => expect(saved(asked).map((one) => [one.version, one.name, one.parent_id])).toEqual([[4, '销售一部', null], [5, '销售三部', '总部']]))
})

test('a newer record that arrives while someone types is not claimed to have been seen', async () => {
  const asked = open('departments.read', 'departments.write')
  fireEvent.change(await screen.findByLabelText('部门名称'), { target: { value: '销售一部' } })
  queryClient.setQueryData(['departments', 'one', 'd1'], THEIRS)
  fireEvent.click(screen.getByText('保存'))
  await waitFor(() => expect(saved(asked).map((one) => one.version)).toEqual([4]))
  expect(await screen.findByText('载入最新内容')).toBeDefined()
})

test('who may only read can change nothing', async () => {
  open('departments.read')
  expect(await screen.findByLabelText('部门名称')).toHaveProperty('disabled', true)
  expect(screen.queryByText('保存')).toBeNull()
  expect(screen.queryByText('删除')).toBeNull()
})
