import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { beforeEach, expect, test } from 'vitest'
import { queryClient } from '@/api/queries'
import { session } from '@/api/session'
import type { Callback } from '@/api/types'
import { Surroundings } from '@/app/App'
import { answering, fail } from '../../../tests/answering'
import { CallbacksPage } from './page'

const make = (part: Partial<Callback> = {}): Callback => ({
  call_id: 'c1',
  number: '+8613800138000',
  customer_id: null,
  customer_name: '',
  group_id: '8001',
  state: 'waiting',
  due_at: 1_800_000_000_000,
  tries: 0,
  by: '',
  of: 'c0',
  note: '',
  ...part,
})

const LISTS = {
  'GET /api/groups': () => ({ items: [{ group_id: '8001', name: '客服' }] }),
  'GET /api/address-book': () => ({ items: [{ username: 'ann', name: '安' }] }),
}

const page = (): void => void render(<MemoryRouter><CallbacksPage /></MemoryRouter>, { wrapper: Surroundings })

const mayDo = (...permissions: string[]): void =>
  session.setState({ status: 'signed_in', user: { username: 'ann', permissions: ['groups.read', 'address_book.read', 'callbacks.read', ...permissions] } as never })

beforeEach(() => {
  queryClient.clear()
  mayDo('callbacks.write')
})

test('a waiting callback is given up after a question; one that is being called is not', async () => {
  let left = [make(), make({ call_id: 'c2', number: '+8613800138001', state: 'calling' })]
  const asked = answering({
    ...LISTS,
    'GET /api/callbacks': () => ({ items: left }),
    'POST /api/callbacks/{id}/cancel': () => {
      left = left.slice(1)
      return {}
    },
  })
  page()
  const buttons = await screen.findAllByRole('button', { name: '取消回呼' })
  expect(buttons).toHaveLength(1)
  fireEvent.click(buttons[0] as HTMLElement)
  expect(await screen.findByText(/确定不再回呼/)).toBeTruthy()
  fireEvent.click(screen.getAllByRole('button', { name: '取消回呼' }).at(-1) as HTMLElement)
  await waitFor(() => expect(screen.queryByRole('button', { name: '取消回呼' })).toBeNull())
  expect(asked.filter((one) => one.method === 'POST').map((one) => one.path)).toEqual(['/api/callbacks/c1/cancel'])
})

test('a callback is booked with its number in E.164; what is missing is said before anything is sent', async () => {
  const asked = answering({ ...LISTS, 'GET /api/callbacks': () => ({ items: [] }), 'POST /api/callbacks': () => ({}) })
  page()
  fireEvent.click(await screen.findByRole('button', { name: /预约回呼/ }))
  const send = (): void => void fireEvent.click(screen.getAllByRole('button', { name: '预约回呼' }).at(-1) as HTMLElement)
  fireEvent.change(await screen.findByLabelText('客户号码'), { target: { value: '138 0013 8000' } })
  send()
  expect(await screen.findByText('请填写由哪个技能组回呼')).toBeTruthy()
  expect(asked.some((one) => one.method === 'POST')).toBe(false)
  fireEvent.mouseDown(screen.getByLabelText('由哪个技能组回呼'))
  fireEvent.click(await screen.findByText('客服（8001）'))
  send()
  await waitFor(() => expect(asked.find((one) => one.method === 'POST')?.body).toEqual({ number: '+8613800138000', group_id: '8001', at: null, note: '' }))
})

test('who may only read has nothing to do', async () => {
  mayDo()
  answering({ ...LISTS, 'GET /api/callbacks': () => ({ items: [make({ by: 'ann', note: '合同', customer_id: 'k1', customer_name: '王芳' })] }) })
  page()
  expect(await screen.findByText('合同')).toBeTruthy()
  expect((await screen.findByRole('link', { name: '王芳' })).getAttribute('href')).toBe('/customers/k1')
  expect(screen.queryByRole('button', { name: /取消回呼|预约回呼/ })).toBeNull()
})

test('a list that cannot be read says so', async () => {
  answering({ ...LISTS, 'GET /api/callbacks': () => fail(403, 'forbidden', '没有权限') })
  page()
  expect(await screen.findByText(/没有权限/)).toBeTruthy()
})
