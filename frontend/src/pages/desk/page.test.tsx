import { render, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { queryClient } from '@/api/queries'
import { session } from '@/api/session'
import { Surroundings } from '@/app/App'
import { answering } from '../../../tests/answering'
import { OwnDay } from './parts/OwnDay'

const FIGURES = { since: 0, calls: 12, ready_s: 3_600, talk_s: 5_025, wrap_up_s: 65, not_ready_s: 900, not_ready_reasons: { meal: 600, signed_in: 300 } }

beforeEach(() => {
  queryClient.clear()
  session.setState({ status: 'signed_in', user: { username: 'ann', permissions: ['agent.work'] } as never })
})

test('the agent’s day is in one line, with what he was not ready for', async () => {
  const asked = answering({
    'GET /api/agent/figures': () => FIGURES,
    'GET /api/reasons': () => ({ not_ready: [{ code: 'meal', label: { 'zh-CN': '用餐', en: 'Meal' } }], sign_out: [], dispositions: [] }),
  })
  render(<OwnDay />, { wrapper: Surroundings })
  await waitFor(() => expect(screen.getByText('12')).toBeTruthy())
  expect(screen.getByText('1:23:45')).toBeTruthy()
  await waitFor(() => expect(screen.getByTitle(/用餐 10:00/).textContent).toContain('15:00'))
  const since = Number(asked.find((one) => one.path === '/api/agent/figures')?.query.get('since'))
  expect(new Date(since).getHours() + new Date(since).getMinutes()).toBe(0)
})

test('what cannot be read keeps its place and says nothing', () => {
  answering({ 'GET /api/agent/figures': () => new Promise(() => undefined) })
  render(<OwnDay />, { wrapper: Surroundings })
  expect(screen.getAllByText('—')).toHaveLength(6)
})
