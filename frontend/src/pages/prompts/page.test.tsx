import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { App } from 'antd'
import { expect, test, vi } from 'vitest'
import type { Prompt } from '@/api/types'
import { needsWords } from '../flows/canvas/fields/PromptsField'
import { filled, lengthOf } from './api'
import { ContentField } from './parts/ContentField'

const AUDIO = { kind: 'audio', sha256: '1', url: '/audio/p/1.wav', seconds: 2, size: 32_044, name: 'a.wav', at: 0, by: 'me' } as const
const NEW = { kind: 'new', name: 'b.wav', samples: new Float32Array(12_000) } as const

test('a language that says nothing is left out', () => {
  expect(filled(undefined)).toEqual([])
  expect(filled({ 'zh-CN': { kind: 'spoken', text: ' ' }, en: null })).toEqual([])
  expect(filled({ 'zh-CN': { kind: 'spoken', text: '您好' }, en: AUDIO }).map(([language]) => language)).toEqual(['zh-CN', 'en'])
})

test('the length of a sound is known before it is stored and afterwards', () => {
  expect([lengthOf(AUDIO), lengthOf(NEW)]).toEqual([2, 1.5])
})

test('a flow needs words of its own only where the library has none', () => {
  const library = [{ prompt_id: 'p', contents: { 'zh-CN': AUDIO } }] as unknown as Prompt[]
  expect(needsWords({ prompt_id: 'p' }, 'zh-CN', library)).toBe(false)
  expect(needsWords({ prompt_id: 'p' }, 'en', library)).toBe(true)
  expect(needsWords({ prompt_id: 'gone' }, 'en', library)).toBe(true)
  expect(needsWords({ language: 'zh-CN' }, 'en', library)).toBe(false)
})

test('changing one’s mind brings back what was there', async () => {
  const changed = vi.fn()
  const user = userEvent.setup()
  const shown = render(
    <App>
      <ContentField language="zh-CN" value={{ kind: 'spoken', text: '您好' }} onChange={changed} />
    </App>,
  )
  await user.click(screen.getByText('不设置'))
  expect(changed).toHaveBeenLastCalledWith(null)
  shown.rerender(
    <App>
      <ContentField language="zh-CN" value={null} onChange={changed} />
    </App>,
  )
  await user.click(screen.getByText('文字转语音'))
  expect(changed).toHaveBeenLastCalledWith({ kind: 'spoken', text: '您好' })
})
