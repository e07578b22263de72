import { beforeEach, expect, test, vi } from 'vitest'
import { answering, fail, type Asked } from '../../tests/answering'
import { api, ask } from './client'
import { refreshSession, session, signIn } from './session'

const user = { username: 'ann', name: 'Ann', roles: [], permissions: [], scope: 'own', department_id: null, extension: null, locale: null }
const granted = (token: string) => ({ access_token: token, expires_at: Date.now() + 3_600_000, user })

beforeEach(() => {
  vi.useFakeTimers()
  session.setState({ status: 'unknown', user: null, accessToken: null, expiresAt: null, expired: false })
  return () => vi.useRealTimers()
})

const paths = (asked: Asked[]): string[] => asked.map(({ method, path }) => `${method} ${path}`)

test('a 401 refreshes the token once and repeats the request', async () => {
  let refused = 0
  const asked = answering({
    'POST /api/session': () => granted('old'),
    'POST /api/session/refresh': () => granted('new'),
    'GET /api/agent': () => (refused++ === 0 ? fail(401, 'token_expired') : { agent: null }),
  })
  await signIn('ann', 'secret')
  await ask(api.GET('/agent'))
  expect(paths(asked)).toEqual(['POST /api/session', 'GET /api/agent', 'POST /api/session/refresh', 'GET /api/agent'])
  expect(session.getState().accessToken).toBe('new')
})

test('two requests refused at once refresh once', async () => {
  const asked = answering({
    'POST /api/session/refresh': () => granted('new'),
    'GET /api/agent': () => (session.getState().accessToken === 'new' ? {} : fail(401, 'token_expired')),
  })
  await Promise.all([ask(api.GET('/agent')), ask(api.GET('/agent'))])
  expect(paths(asked).filter((path) => path.endsWith('/refresh'))).toHaveLength(1)
})

test('a refused cookie in the middle of work keeps the page: only a dialog is asked for', async () => {
  answering({ 'POST /api/session': () => granted('old'), 'POST /api/session/refresh': () => fail(401, 'sign_in_failed') })
  await signIn('ann', 'secret')
  expect(await refreshSession()).toBe(false)
  expect(session.getState()).toMatchObject({ status: 'signed_in', expired: true, user: { username: 'ann' } })
})

test('a server that is not reached signs nobody out, and is asked again', async () => {
  let down = true
  answering({
    'POST /api/session': () => granted('old'),
    'POST /api/session/refresh': () => {
      if (down) throw new Error('no network')
      return granted('new')
    },
  })
  await signIn('ann', 'secret')
  await refreshSession()
  expect(session.getState()).toMatchObject({ status: 'signed_in', expired: false, accessToken: 'old' })
  down = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(session.getState().accessToken).toBe('new')
})

test('the token is renewed before it runs out', async () => {
  answering({ 'POST /api/session': () => granted('old'), 'POST /api/session/refresh': () => granted('new') })
  await signIn('ann', 'secret')
  await vi.advanceTimersByTimeAsync(3_600_000 - 90_000)
  expect(session.getState().accessToken).toBe('new')
})

test('nobody signed in and no cookie: signed out, without a dialog', async () => {
  answering({ 'POST /api/session/refresh': () => fail(401, 'sign_in_failed') })
  await refreshSession()
  expect(session.getState()).toMatchObject({ status: 'signed_out', expired: false })
})

test('a wrong password is told by its code', async () => {
  answering({ 'POST /api/session': () => fail(401, 'sign_in_failed', '用户名或密码不正确') })
  await expect(signIn('ann', 'x')).rejects.toMatchObject({ code: 'sign_in_failed', message: '用户名或密码不正确' })
})
