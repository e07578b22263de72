import { configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter, Route, Routes } from 'react-router'
import { beforeEach, expect, test, vi } from 'vitest'
import { queryClient } from '@/api/queries'
import { session } from '@/api/session'
import type { Extension, Me, SipAccount } from '@/api/types'
import { Surroundings } from '@/app/App'
import { answering, fail, type Asked, type Failure } from '../../../../tests/answering'
import { ExtensionPage } from '../page'

const DESK: Extension = { extension: '2001', kind: 'sip', username: null, address: 'sip:2001@voice.example', name: '前台', sip_password_at: null, follow_me: [], follow_me_in_order: true, unanswered: null, busy: null, unreachable: null, version: 1 }
const ACCOUNT: SipAccount = {
  username: '2001',
  password: 'k7Zp9QmXw4RtYs8BnCdE',
  domain: 'voice.example',
  address: 'sip:2001@voice.example',
  provisioning: 'sip:2001:k7Zp9QmXw4RtYs8BnCdE@voice.example',
}

interface World {
  stored?: Partial<Extension>
  permissions?: string[]
  made?: SipAccount | Failure
}

function open({ stored = {}, permissions = ['extensions.read', 'extensions.write'], made = ACCOUNT }: World = {}): Asked[] {
  session.setState({ status: 'signed_in', user: { username: 'admin1', permissions } as unknown as Me, accessToken: 't' })
  let now: Extension = { ...DESK, ...stored }
  const become = (sip_password_at: number | null): void => void (now = { ...now, sip_password_at, version: now.version + 1 })
  const asked = answering({
    'GET /api/extensions/{id}': () => now,
    'PUT /api/extensions/{id}': ({ body }) => (now = { ...(body as Extension), version: now.version + 1 }),
    'POST /api/extensions/{id}/sip-password': () => {
      if ('password' in made) become(Date.now())
      return made
    },
    'DELETE /api/extensions/{id}/sip-password': () => become(null),
  })
  render(
    <Surroundings>
      <MemoryRouter initialEntries={['/extensions/2001']}>
        <Routes>
          <Route path="/extensions/:extension" element={<ExtensionPage />} />
        </Routes>
      </MemoryRouter>
    </Surroundings>,
  )
  return asked
}

const changes = (asked: Asked[]): string[] => asked.filter((one) => one.method !== 'GET').map((one) => `${one.method} ${one.path}`)
/** By its text: finding a role in a page with a dialog takes jsdom a second. */
const button = async (text: string): Promise<HTMLElement> => (await screen.findByText(text, { selector: 'button span' })).parentElement as HTMLElement

configure({ asyncUtilTimeout: 10_000 })

beforeEach(() => queryClient.clear())

test('a password is made and shown once, with server and code; afterwards the page says when it was made', async () => {
  const asked = open()
  expect(await screen.findByText('还没有密码')).toBeDefined()
  fireEvent.click(await button('生成密码'))
  const dialog = within(await screen.findByRole('dialog'))
  expect(dialog.getByText('密码只显示这一次，请现在填到话机上或抄下来。')).toBeDefined()
  for (const text of ['2001', ACCOUNT.password, 'voice.example', 'sip:2001@voice.example']) expect(dialog.getByText(text)).toBeDefined()
  expect(dialog.getByLabelText('话机设置二维码').querySelector('svg path')).not.toBeNull()
  expect(dialog.queryByText(/要让这部话机振铃/)).toBeNull()
  expect(await screen.findByText('刚刚')).toBeDefined()
  fireEvent.click(dialog.getByText('已记下，关闭'))
  await waitFor(() => expect(screen.queryByText(ACCOUNT.password)).toBeNull())
  expect(changes(asked)).toEqual(['POST /api/extensions/2001/sip-password'])
})

test('the password is copied', async () => {
  const written = vi.fn(() => Promise.resolve())
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: written } })
  open()
  fireEvent.click(await button('生成密码'))
  fireEvent.click(await screen.findByLabelText('复制密码'))
  await waitFor(() => expect(written).toHaveBeenCalledWith(ACCOUNT.password))
})

test('a new password replaces the old one only when that was confirmed', async () => {
  const asked = open({ stored: { sip_password_at: Date.now() - 5 * 60_000 } })
  expect(await screen.findByText('5 分钟前')).toBeDefined()
  fireEvent.click(await button('生成密码'))
  expect(await screen.findByText('新密码会替换旧密码，话机要用新密码重新设置才能注册。')).toBeDefined()
  expect(changes(asked)).toEqual([])
  fireEvent.click(within(screen.getByRole('dialog')).getByText('生成密码'))
  expect(await screen.findByText(ACCOUNT.password)).toBeDefined()
})

test('a password is taken away, and the form goes on at the new version', async () => {
  const asked = open({ stored: { sip_password_at: Date.now() } })
  fireEvent.click(await button('收回密码'))
  fireEvent.click(within(await screen.findByRole('dialog')).getByText('收回密码'))
  expect(await screen.findByText('还没有密码')).toBeDefined()
  fireEvent.change(screen.getByLabelText('备注名'), { target: { value: '大堂' } })
  fireEvent.click(screen.getByText('保存'))
  await waitFor(() => expect(asked.find((one) => one.method === 'PUT')?.body).toMatchObject({ name: '大堂', version: 2 }))
})

test('what is typed is saved first: a password is a new version of the extension', async () => {
  const asked = open()
  expect(await button('生成密码')).toHaveProperty('disabled', false)
  fireEvent.change(screen.getByLabelText('备注名'), { target: { value: '大堂' } })
  expect(await screen.findByText('先保存或放弃修改，再生成或收回密码。')).toBeDefined()
  expect(await button('生成密码')).toHaveProperty('disabled', true)
  fireEvent.click(screen.getByText('保存'))
  await waitFor(async () => expect(await button('生成密码')).toHaveProperty('disabled', false))
  fireEvent.click(await button('生成密码'))
  fireEvent.click(await screen.findByText('已记下，关闭'))
  expect(await screen.findByText('刚刚')).toBeDefined()
  fireEvent.change(screen.getByLabelText('备注名'), { target: { value: '门卫' } })
  fireEvent.click(screen.getByText('保存'))
  await waitFor(() => expect(asked.filter((one) => one.method === 'PUT').map((one) => one.body)).toMatchObject([{ version: 1 }, { version: 3 }]))
})

test('calls that go elsewhere are said: the phone would register and never ring', async () => {
  open({ stored: { address: 'sip:2001@pbx.example' } })
  fireEvent.click(await button('生成密码'))
  expect(await screen.findByText(/现在打到 sip:2001@pbx.example.*改为 sip:2001@voice.example/)).toBeDefined()
})

test('a refusal is shown in the server’s words', async () => {
  open({ made: fail(409, 'no_registrar', '没有可供话机注册的线路') })
  fireEvent.click(await button('生成密码'))
  expect(await screen.findByText('没有可供话机注册的线路')).toBeDefined()
  expect(screen.queryByRole('dialog')).toBeNull()
})

test.each<[string, World]>([
  ['a browser phone', { stored: { kind: 'browser', username: 'agent1', address: '' } }],
  ['who may only read', { permissions: ['extensions.read'] }],
])('%s: no password to make', async (_, world) => {
  open(world)
  expect(await screen.findByLabelText('备注名')).toBeDefined()
  expect(screen.queryByText('话机密码')).toBeNull()
})
