import { act, render, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { session } from '@/api/session'
import { Surroundings } from '@/app/App'
import { agentMessage, merge, NOTHING } from '@/live/entities'
import { live } from '@/live/store'
import type { Agent } from '@/api/types'
import { answering } from '../../tests/answering'
import { makeAgent } from '../../tests/make'
import { StateBlock } from './parts/StateBlock'
import { useNotReadyNotice } from './notReady'

const LISTS = { not_ready: [{ code: 'meal', label: { 'zh-CN': '用餐', en: 'Meal' } }], sign_out: [], dispositions: [] }

function become(part: Partial<Agent>): void {
  act(() => live.setState({ entities: merge(NOTHING, [agentMessage(makeAgent(part), 1)]) }))
}

function Notice() {
  useNotReadyNotice()
  return null
}

beforeEach(() => {
  answering({ 'GET /api/reasons': () => LISTS })
  session.setState({ status: 'signed_in', user: { username: 'ann', permissions: ['self.read'] } as never })
})

test('the bar says in words why the system made the agent not ready, and what to do', () => {
  const agent = makeAgent({ state: 'not_ready', reason: 'no_answer' })
  render(<StateBlock agent={agent} />, { wrapper: Surroundings })
  const block = screen.getByRole('status')
  expect(block.textContent).toContain('未接来电')
  expect(block.title).toContain('请置闲')
})

test('a reason of the list has its label', async () => {
  render(<StateBlock agent={makeAgent({ state: 'not_ready', reason: 'meal' })} />, { wrapper: Surroundings })
  expect(await screen.findByText('用餐')).toBeTruthy()
})

test('what the system did is said over any page, until the agent is ready again', async () => {
  become({ state: 'not_ready', reason: 'unreachable', version: 2 })
  render(<Notice />, { wrapper: Surroundings })
  expect(await screen.findByText('已自动置忙：话机失联')).toBeTruthy()
  expect(screen.getByText(/看到“话机就绪”后再置闲/)).toBeTruthy()
})

test('it goes when the agent himself chose a reason', async () => {
  become({ state: 'not_ready', reason: 'no_answer', version: 3 })
  render(<Notice />, { wrapper: Surroundings })
  await screen.findByText('已自动置忙：未接来电')
  become({ state: 'not_ready', reason: 'meal', version: 4 })
  await waitFor(() => expect(screen.queryByText(/已自动置忙/)).toBeNull())
})
