import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { beforeEach, expect, test } from 'vitest'
import { queryClient } from '@/api/queries'
import { session } from '@/api/session'
import type { Voicemail } from '@/api/types'
import { Surroundings } from '@/app/App'
import { forgetLive, takeMessages } from '@/live/store'
import { answering, fail } from '../../../tests/answering'
import { listVoicemails } from './api'
import { UnheardBadge } from '@/app/frame/UnheardBadge'
import { VoicemailsPage } from './page'
import { audioComes, boxOf } from './parts/boxes'

const NOW = 1_800_000_000_000
const make = (part: Partial<Voicemail> = {}): Voicemail => ({
  voicemail_id: 'm1',
  call_id: 'c1',
  box: 'group:8001',
  number: '+8613800138000',
  left_at: NOW - 60_000,
  duration_s: 9,
  customer_id: null,
  state: 'new',
  heard_by: null,
  heard_at: null,
  called_back_by: null,
  called_back_at: null,
  handled_by: null,
  handled_at: null,
  note: '',
  audio: 'stored',
  version: 1,
  ...part,
})

const LISTS = {
  'GET /api/groups': () => ({ items: [{ group_id: '8001', name: '客服' }] }),
  'GET /api/address-book': () => ({ items: [{ username: 'ann', name: '安' }] }),
}

const page = (): void => void render(<MemoryRouter><VoicemailsPage /></MemoryRouter>, { wrapper: Surroundings })

const mayDo = (...permissions: string[]): void =>
  session.setState({ status: 'signed_in', user: { username: 'ann', permissions: ['groups.read', 'address_book.read', ...permissions] } as never })

beforeEach(() => {
  queryClient.clear()
  forgetLive()
  mayDo('voicemail.read', 'voicemail.handle')
})

test('a message is heard at an address that is asked for when somebody listens', async () => {
  const asked = answering({
    ...LISTS,
    'GET /api/voicemails': () => ({ items: [make()] }),
    'POST /api/voicemails/{id}/listen': () => ({ url: 'https://storage.example/m1.wav', expires_at: 0 }),
  })
  page()
  const button = await screen.findByRole('button', { name: /收听 .*138/ })
  expect(asked.some((one) => one.path.endsWith('/listen'))).toBe(false)
  fireEvent.click(button)
  await waitFor(() => expect(document.querySelector('audio')?.src).toBe('https://storage.example/m1.wav'))
  fireEvent.error(document.querySelector('audio') as HTMLAudioElement)
  expect(await screen.findByRole('button', { name: /收听 .*138/ })).toBeTruthy()
})

test('a message is handled with a word on what came of it, and leaves the open ones', async () => {
  let open = [make({ state: 'heard' })]
  const asked = answering({
    ...LISTS,
    'GET /api/voicemails': () => ({ items: open }),
    'POST /api/voicemails/{id}/handle': () => {
      open = []
      return make({ state: 'handled' })
    },
  })
  page()
  fireEvent.click(await screen.findByRole('button', { name: '处理完成' }))
  fireEvent.change(await screen.findByLabelText('处理说明（可不填）'), { target: { value: ' 已解决 ' } })
  fireEvent.click(screen.getAllByRole('button', { name: '处理完成' }).at(-1) as HTMLElement)
  await screen.findByText('没有待处理的留言')
  expect(asked.find((one) => one.path.endsWith('/handle'))?.body).toEqual({ note: '已解决' })
})

test('what cannot be heard says why; who may only read has nothing to do', async () => {
  mayDo('voicemail.read')
  answering({
    ...LISTS,
    'GET /api/voicemails': () => ({ items: [make({ voicemail_id: 'a', audio: 'deleted' }), make({ voicemail_id: 'b', audio: 'failed' }), make({ voicemail_id: 'c', audio: 'copying' })] }),
  })
  page()
  expect(await screen.findByText('录音已删除')).toBeTruthy()
  expect(screen.getByText('录音未能取回')).toBeTruthy()
  expect(screen.getByText('录音处理中…')).toBeTruthy()
  expect(screen.queryByRole('button', { name: '处理完成' })).toBeNull()
})

test('a list that cannot be read says so', async () => {
  answering({ ...LISTS, 'GET /api/voicemails': () => fail(403, 'forbidden', '没有权限') })
  page()
  expect(await screen.findByText(/没有权限/)).toBeTruthy()
})

test('the badge counts anew when it is told of a message', async () => {
  let count = 0
  answering({ 'GET /api/voicemails/unheard': () => ({ count }) })
  render(<UnheardBadge />, { wrapper: Surroundings })
  await waitFor(() => expect(queryClient.getQueryData(['voicemails', 'unheard'])).toBe(0))
  expect(screen.getByRole('status').textContent).toBe('')
  count = 120
  takeMessages([{ type: 'entity', entity: 'voicemail', id: 'm1', version: 1, deleted: false, data: make(), at: NOW }])
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('99+'))
  expect(screen.getByLabelText('120 条未听留言')).toBeTruthy()
})

test('a number is searched in E.164 however it was typed', async () => {
  const asked = answering({ 'GET /api/voicemails': () => ({ items: [] }) })
  await listVoicemails({ number: '138 0013 8000', limit: 50 })
  expect(Object.fromEntries(asked[0]?.query ?? [])).toEqual({ number: '+8613800138000', limit: '50' })
})

test('boxes in words, and audio that is still to come', () => {
  const names = { group: (id: string) => `G${id}`, extension: (id: string) => `E${id}`, agent: () => 'own' }
  expect(['group:8001', 'extension:6001', 'agent:ann', 'other:1'].map((box) => boxOf(box, names))).toEqual(['G8001', 'E6001', 'own', 'other:1'])
  expect(audioComes(make({ audio: 'copying' }), NOW)).toBe(true)
  expect(audioComes(make({ audio: 'copying' }), NOW + 3_600_000)).toBe(false)
  expect(audioComes(make(), NOW)).toBe(false)
})
