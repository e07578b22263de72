import { expect, test } from 'vitest'
import { after, faceOf, isTaken, withCarriers, type Lines } from './lines'
import type { PhoneEvent } from './machine'

const ready: PhoneEvent = { type: 'registered' }
const failed: PhoneEvent = { type: 'failed', code: 'phone_unreachable', detail: '' }
const incoming: PhoneEvent = { type: 'incoming', sid: 'CA1', from: '+1', parameters: {} }
const accepted: PhoneEvent = { type: 'accepted', sid: 'CA1' }

const run = (...events: [string, PhoneEvent][]): Lines =>
  events.reduce<Lines>((lines, [carrier, event]) => after(lines, carrier, event), withCarriers([], ['first', 'second']))

test('without lines the phone is off', () => {
  expect(faceOf([])).toMatchObject({ state: 'off', down: [] })
})

test('the first line says whether the agent can be rung', () => {
  expect(faceOf(run(['first', ready])).state).toBe('ready')
  expect(faceOf(run(['second', ready])).state).toBe('off')
  expect(faceOf(run(['first', failed], ['second', ready])).state).toBe('failed')
})

test('a line that is down is named while the others work', () => {
  const face = faceOf(run(['first', ready], ['second', failed]))
  expect(face).toMatchObject({ state: 'ready', problem: null })
  expect(face.down).toEqual([{ carrier: 'second', problem: { code: 'phone_unreachable', detail: '' } }])
})

test('of a single line there is nothing to name', () => {
  expect(faceOf(after(withCarriers([], ['only']), 'only', failed))).toMatchObject({ state: 'failed', down: [] })
})

test('the call is shown, on whichever line it is, and the others have to wait', () => {
  const lines = run(['first', ready], ['second', ready], ['second', incoming])
  expect(faceOf(lines)).toMatchObject({ state: 'ringing', sid: 'CA1' })
  expect(isTaken(lines, 'first')).toBe(true)
  expect(isTaken(lines, 'second')).toBe(false)
  const talking = after(after(lines, 'second', accepted), 'first', failed)
  expect(faceOf(talking)).toMatchObject({ state: 'connected', sid: 'CA1' })
  expect(faceOf(after(talking, 'second', { type: 'disconnected', sid: 'CA1' })).state).toBe('failed')
})

test('carriers come and go, but a call goes on to its end', () => {
  const talking = run(['first', ready], ['second', incoming], ['second', accepted])
  const changed = withCarriers(talking, ['third', 'first'])
  expect(changed.map((line) => line.carrier)).toEqual(['third', 'first', 'second'])
  expect(faceOf(changed).state).toBe('connected')
  const over = after(changed, 'second', { type: 'disconnected', sid: 'CA1' })
  expect(withCarriers(over, ['third', 'first']).map((line) => line.carrier)).toEqual(['third', 'first'])
})
