import { fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, test } from 'vitest'
import type { FollowMe } from '@/api/types'
import { Surroundings } from '@/app/App'
import { FollowMeField } from './FollowMeField'
import { cleanFollow, followProblem, kindsOf, nextFollow, unansweredOf, unansweredProblem, unansweredRoute } from './followMe'

const line = (part: Partial<FollowMe>): FollowMe => ({ kind: 'outside', number: null, delay_s: 0, ring_s: 20, ...part })

test('which phones may ring depends on the extension', () => {
  expect(kindsOf({ kind: 'virtual', username: null })).toEqual(['outside'])
  expect(kindsOf({ kind: 'virtual', username: 'agent1' })).toEqual(['browser', 'outside'])
  expect(kindsOf({ kind: 'sip', username: 'agent1' })).toEqual(['own', 'browser', 'outside'])
  expect(kindsOf({ kind: 'browser', username: 'agent1' })).toEqual(['own', 'outside'])
})

test('a new line is the next phone that is not there yet', () => {
  const owner = { kind: 'sip', username: 'agent1' } as const
  expect(nextFollow([], owner).kind).toBe('own')
  expect(nextFollow([line({ kind: 'own' })], owner).kind).toBe('browser')
  expect(nextFollow([line({ kind: 'own' }), line({ kind: 'browser' })], owner).kind).toBe('outside')
})

test('what cannot ring is said, numbers are sent in E.164', () => {
  const owner = { kind: 'virtual', username: null } as const
  expect(followProblem([line({ number: '1001' })], owner)).toBe('follow.number_bad')
  expect(followProblem([line({ kind: 'own' })], owner)).toBe('follow.own_bad')
  expect(followProblem([line({ kind: 'browser' })], owner)).toBe('follow.browser_bad')
  expect(followProblem([line({ number: '138 0013 8000' })], owner)).toBeNull()
  expect(cleanFollow([line({ number: '138 0013 8000' }), line({ kind: 'own', number: 'left' })]).map((one) => one.number)).toEqual(['+8613800138000', null])
})

test('a mailbox without a group is the extension’s own', () => {
  for (const what of ['end', 'mailbox', 'route'] as const) expect(unansweredOf(unansweredRoute(what))).toBe(what)
  expect(unansweredProblem(unansweredRoute('mailbox'))).toBeNull()
  expect(unansweredProblem(unansweredRoute('route'))).toBe('route.target_missing')
})

function List() {
  const [list, setList] = useState<FollowMe[]>([line({ number: '+8613800138000' }), line({ kind: 'own' })])
  return <FollowMeField value={list} onChange={setList} owner={{ kind: 'sip', username: null }} />
}

test('lines are moved, removed and added', () => {
  render(<List />, { wrapper: Surroundings })
  fireEvent.click(screen.getByRole('button', { name: '第 2 部上移' }))
  expect(screen.getByLabelText<HTMLInputElement>('第 2 部电话的号码').value).toBe('+8613800138000')
  fireEvent.click(screen.getByRole('button', { name: '删除第 1 部' }))
  expect(screen.getByLabelText('第 1 部电话的号码')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: /加一部电话/ }))
  expect(document.querySelectorAll('[data-follow]')).toHaveLength(2)
})
