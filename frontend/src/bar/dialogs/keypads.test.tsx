import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { session } from '@/api/session'
import { Surroundings } from '@/app/App'
import { agentMessage, callMessage, merge, NOTHING } from '@/live/entities'
import { live } from '@/live/store'
import { answering, type Asked } from '../../../tests/answering'
import { makeAgent, makeCall, makeLeg } from '../../../tests/make'
import { openDialog } from '../dialogs'
import { DialDialog } from './DialDialog'
import { KeysDialog } from './KeysDialog'

let asked: Asked[]
let answer: () => void

/** Clicks keys as fast as nobody can, so that nothing is drawn in between. */
function pressAll(keys: string): void {
  act(() => {
    for (const key of keys) fireEvent.click(screen.getByRole('button', { name: key }))
  })
}

beforeEach(() => {
  const call = makeCall({ legs: [makeLeg('agent', 'joined', { agent_id: 'ann' })] })
  asked = answering({ 'POST /api/calls/{id}/digits': () => new Promise((done) => (answer = () => done(call))) })
  session.setState({ status: 'signed_in', user: { username: 'ann', permissions: ['agent.work'] } as never })
  live.setState({ entities: merge(NOTHING, [agentMessage(makeAgent({ state: 'on_call' }), 1), callMessage(call, 1)]) })
})

test('no key of the dial pad is lost, however fast', () => {
  act(() => openDialog('dial'))
  render(<DialDialog />, { wrapper: Surroundings })
  pressAll('13800138000')
  expect(screen.getByRole<HTMLInputElement>('textbox').value).toBe('13800138000')
})

test('keys into the call go out in order, all that came meanwhile at once', async () => {
  act(() => openDialog('keys'))
  render(<KeysDialog />, { wrapper: Surroundings })
  pressAll('1234')
  await waitFor(() => expect(asked.map((one) => one.body)).toEqual([{ digits: '1' }]))
  pressAll('5')
  await act(() => Promise.resolve(answer()))
  await waitFor(() => expect(asked.map((one) => one.body)).toEqual([{ digits: '1' }, { digits: '2345' }]))
})
