import { render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { beforeEach, expect, test, vi } from 'vitest'
import { queryClient } from '@/api/queries'
import { ApiError } from '@/api/errors'
import { Surroundings } from '@/app/App'
import { ListPage } from './ListPage'
import type { ListQuery } from './types'

interface Row {
  id: string
  name: string
}

const PAGES: Record<string, { items: Row[]; cursor: string | null }> = {
  first: { items: [{ id: 'a', name: 'Alpha' }, { id: 'b', name: 'Beta' }], cursor: 'second' },
  second: { items: [{ id: 'c', name: 'Gamma' }], cursor: null },
}

const load = vi.fn<(query: ListQuery) => Promise<{ items: Row[]; cursor: string | null }>>()
const opened = vi.fn<(row: Row) => void>()

function show(path = '/things', refreshWhile?: (rows: readonly Row[]) => boolean) {
  return render(
    <Surroundings>
      <MemoryRouter initialEntries={[path]}>
        <ListPage<Row>
          id="things"
          title="Things"
          search="name"
          load={load}
          refreshWhile={refreshWhile}
          rowKey={(row) => row.id}
          columns={[
            { key: 'name', title: 'Name', render: (row) => row.name },
            { key: 'id', title: 'Id', hidden: true, render: (row) => `#${row.id}` },
          ]}
          filters={[{ key: 'kind', label: 'Kind', control: 'select', options: [{ value: 'x', label: 'Ex' }] }]}
          onOpen={opened}
          empty={{ title: 'No things', hint: 'Make one' }}
        />
      </MemoryRouter>
    </Surroundings>,
  )
}

beforeEach(() => {
  queryClient.clear()
  load.mockReset().mockImplementation(({ cursor }) => Promise.resolve(PAGES[cursor ?? 'first'] ?? { items: [], cursor: null }))
  opened.mockReset()
})

test('asks for 50 rows, and pages by cursor to and fro', async () => {
  show()
  await screen.findByText('Alpha')
  expect(load).toHaveBeenLastCalledWith({ limit: 50, cursor: undefined })
  await userEvent.click(screen.getByRole('button', { name: /下一页/ }))
  await screen.findByText('Gamma')
  expect(load).toHaveBeenLastCalledWith({ limit: 50, cursor: 'second' })
  await userEvent.click(screen.getByRole('button', { name: /上一页/ }))
  await screen.findByText('Alpha')
})

test('Enter opens the row that arrows moved to', async () => {
  show()
  const row = (await screen.findByText('Alpha')).closest('tr')
  row?.focus()
  await userEvent.keyboard('{ArrowDown}{Enter}')
  expect(opened).toHaveBeenCalledWith({ id: 'b', name: 'Beta' })
})

test('the search goes to the server and starts at the first page', async () => {
  show()
  await userEvent.click(await screen.findByRole('button', { name: /下一页/ }))
  await userEvent.type(screen.getByRole('searchbox'), 'alp{Enter}')
  await waitFor(() => expect(load).toHaveBeenLastCalledWith({ q: 'alp', limit: 50, cursor: undefined }))
})

test('a filter from the address is a chip, and its cross clears it', async () => {
  show('/things?kind=x')
  const chip = await screen.findByRole('button', { name: /Kind: Ex/ })
  expect(load).toHaveBeenLastCalledWith({ kind: 'x', limit: 50, cursor: undefined })
  await userEvent.click(within(chip).getByRole('img', { name: 'close' }))
  await waitFor(() => expect(load).toHaveBeenLastCalledWith({ limit: 50, cursor: undefined }))
})

test('an empty list says what belongs here; an empty search says that nothing matches', async () => {
  load.mockResolvedValue({ items: [], cursor: null })
  show()
  await screen.findByText('No things')
  await userEvent.type(screen.getByRole('searchbox'), 'zzz{Enter}')
  await screen.findByText('没有符合条件的记录')
})

test('a refusal is shown with its correlation id, and tried again on request', async () => {
  load.mockRejectedValue(new ApiError({ status: 403, code: 'forbidden', detail: '没有权限', correlation_id: 'c-77' }))
  show()
  await screen.findByText('没有权限')
  expect(screen.getByText(/c-77/)).toBeTruthy()
  load.mockResolvedValue({ items: [{ id: 'a', name: 'Alpha' }], cursor: null })
  await userEvent.click(screen.getByRole('button', { name: '重试' }))
  await screen.findByText('Alpha')
})

test('the choice of columns is remembered', async () => {
  const { unmount } = show()
  await screen.findByText('Alpha')
  await userEvent.click(screen.getByRole('button', { name: '列' }))
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Id' }))
  await screen.findByText('#a')
  unmount()
  show()
  await screen.findByText('#a')
})

test('hostile text is shown, not run', async () => {
  load.mockResolvedValue({ items: [{ id: 'x', name: '<img src=x onerror="window.hacked=1">' }], cursor: null })
  show()
  await screen.findByText('<img src=x onerror="window.hacked=1">')
  expect(document.querySelector('img[src="x"]')).toBeNull()
})

test('rows that change by themselves are read again, until they have changed', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  const pages = ['on its way', 'there', 'too late']
  load.mockImplementation(() => Promise.resolve({ items: [{ id: 'a', name: pages.shift() ?? '' }], cursor: null }))
  show('/things', (rows) => rows[0]?.name === 'on its way')
  await screen.findByText('on its way')
  await vi.advanceTimersByTimeAsync(4_000)
  await screen.findByText('there')
  await vi.advanceTimersByTimeAsync(20_000)
  expect(load).toHaveBeenCalledTimes(2)
  vi.useRealTimers()
})
