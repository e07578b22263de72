// A simulated call: what keys do, steps back, late answers, its path and what changed.
import { describe, expect, test } from 'vitest'
import type { SimulatedStep, SimulationDoing } from '@/api/types'
import { createSession, entered, pathOf, typed, variablesOf, type Step, type Visit } from './session'

const told = (more: Partial<SimulatedStep> = {}): SimulatedStep => ({
  state: 's', node: 'menu', flow_id: 'f', version: 0, awaiting: 'input', heard: [], visits: [], language: 'en', variables: {}, listening: null,
  action: '', target: '', outcomes: [], sets: [], hung_up: false, not_heard: false, changed: false, problem: '', ...more,
}) // prettier-ignore
const step = (more: Partial<SimulatedStep>): Step => ({ doing: null, told: told(more), text: '{}' })
const visit = (node: string, more: Partial<Visit> = {}): Visit => ({ node, kind: 'menu', outcome: '', label: '', digits: '', flow_id: 'f', version: 0, arrived: false, missed: '', ...more })

const MENU = { num_digits: 1, timeout_s: 5, finish_on_key: '' }
const COLLECT = { num_digits: 4, timeout_s: 5, finish_on_key: '#' }

describe('keys', () => {
  test.each<[string, typeof MENU | null, SimulationDoing | null]>([
    ['1', MENU, { does: 'keys', keys: '1' }],
    ['你', MENU, null],
    ['12', COLLECT, null],
    ['12#', COLLECT, { does: 'keys', keys: '12' }],
    ['1234', COLLECT, { does: 'keys', keys: '1234' }],
    ['1', null, null],
  ])('%s typed', (text, listening, doing) => {
    expect(typed(text, listening)).toEqual(doing)
  })

  test('Enter says words, sends keys, or presses nothing', () => {
    expect(['', ' 12 ', '投诉 1'].map((text) => entered(text).does)).toEqual(['silence', 'keys', 'words'])
  })
})

describe('the call', () => {
  test('goes on from the last state, back to the one before, and anew', async () => {
    const asked: string[] = []
    const session = createSession((_text, _settings, state) => {
      asked.push(state)
      return Promise.resolve(told({ state: `${state}+` }))
    })
    await session.getState().start('{}')
    await session.getState().go('{}', { does: 'keys', keys: '1' })
    await session.getState().go('{}', { does: 'silence' })
    session.getState().back()
    await session.getState().go('{}', { does: 'leaves' })
    expect(asked).toEqual(['', '+', '++', '++'])
    await session.getState().start('{}')
    expect(session.getState().steps.length).toBe(1)
  })

  test('an answer to what was taken back is dropped', async () => {
    const waiting: ((told: SimulatedStep) => void)[] = []
    const session = createSession(() => new Promise((resolve) => waiting.push(resolve)))
    const first = session.getState().start('{}')
    session.getState().close()
    waiting[0]?.(told())
    await first
    expect(session.getState()).toMatchObject({ steps: [], busy: false })
  })

  test('a refusal is kept until the next step', async () => {
    const session = createSession(() => Promise.reject(new Error('gone')))
    await session.getState().start('{}')
    expect(session.getState().error).toEqual(new Error('gone'))
    session.getState().close()
    expect(session.getState().error).toBeNull()
  })
})

test('a node that waits stands once on the path, with the way by which it was left', () => {
  const steps = [
    step({ visits: [visit('welcome', { outcome: 'next', arrived: true }), visit('menu', { arrived: true })] }),
    step({ visits: [visit('menu', { outcome: 'invalid', missed: 'invalid' })] }),
    step({ visits: [visit('menu', { outcome: '0' }), visit('menu', { arrived: true })] }),
  ]
  expect(pathOf(steps).map((one) => [one.node, one.outcome])).toEqual([
    ['welcome', 'next'],
    ['menu', '0'],
    ['menu', ''],
  ])
})

test('variables say what the last step changed', () => {
  const steps = [step({ variables: { a: '1', b: '1' } }), step({ variables: { a: '1', b: '2', c: '3' } })]
  expect(variablesOf(steps).map((one) => [one.name, one.change])).toEqual([
    ['a', null],
    ['b', 'altered'],
    ['c', 'new'],
  ])
  expect(variablesOf(steps.slice(0, 1)).map((one) => one.change)).toEqual([null, null])
})
