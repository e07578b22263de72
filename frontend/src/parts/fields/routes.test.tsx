import { fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { Surroundings } from '@/app/App'
import type { Route, RouteKind } from '@/api/types'
import { localPage } from '../list/localPage'
import { RouteField } from './RouteField'
import { cleanRoute, routeProblem, withKind } from './routes'

const leads = (kind: RouteKind, id: string | null = null): Route => ({ kind, id, message: null })

test('a route needs its target, an outside one a number; a hang-up needs nothing', () => {
  expect(routeProblem(null)).toBeNull()
  expect(routeProblem(leads('hang_up'))).toBeNull()
  expect(routeProblem(leads('group', null))).toBe('route.target_missing')
  expect(routeProblem(leads('outside', '8001'))).toBe('route.number_bad')
  expect(routeProblem(leads('outside', '138 0013 8000'))).toBeNull()
})

test('another kind keeps the target only where it means the same', () => {
  expect(withKind(leads('group', '8001'), 'voicemail').id).toBe('8001')
  expect(withKind(leads('group', '8001'), 'flow').id).toBeNull()
  expect(withKind(leads('outside', '+8613800138000'), 'hang_up').id).toBeNull()
})

test('what is sent has numbers in E.164, no target for a hang-up and no empty words', () => {
  expect(cleanRoute({ kind: 'outside', id: '138 0013 8000', message: { 'zh-CN': ' ', en: '' } })).toEqual({ kind: 'outside', id: '+8613800138000', message: null })
  expect(cleanRoute({ kind: 'hang_up', id: 'left over', message: { 'zh-CN': '再见', en: '' } })).toEqual({ kind: 'hang_up', id: null, message: { 'zh-CN': '再见', en: '' } })
  expect(cleanRoute(undefined)).toBeNull()
})

function Field() {
  const [route, setRoute] = useState<Route | null>(leads('outside', ''))
  return (
    <Surroundings>
      <RouteField none="继续等待" value={route} onChange={setRoute} />
      <output>{JSON.stringify(route)}</output>
    </Surroundings>
  )
}

test('target and message are typed into the one field', () => {
  render(<Field />)
  fireEvent.change(screen.getByRole('textbox', { name: /外线号码/ }), { target: { value: '10086' } })
  fireEvent.click(screen.getByRole('checkbox', { name: '先播报一段话' }))
  fireEvent.change(screen.getByRole('textbox', { name: '中文' }), { target: { value: '请稍候' } })
  expect(JSON.parse(screen.getByRole('status').textContent)).toEqual({ kind: 'outside', id: '10086', message: { 'zh-CN': '请稍候', en: '' } })
})

test('a list that is here as a whole is searched word by word and paged', () => {
  const people = Array.from({ length: 120 }, (_one, at) => ({ name: `座席${at}`, pinyin: at === 77 ? 'Zhang San' : '' }))
  const texts = (one: { name: string; pinyin: string }): string[] => [one.name, one.pinyin]
  const first = localPage(people, {}, texts)
  expect([first.items.length, first.cursor]).toEqual([50, '50'])
  const last = localPage(people, { cursor: '100' }, texts)
  expect([last.items.length, last.cursor]).toEqual([20, null])
  expect(localPage(people, { q: 'san zhang' }, texts).items).toEqual([people[77]])
})
