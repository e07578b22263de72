import { describe, expect, test } from 'vitest'
import { makeAgent, makeCall } from '../../tests/make'
import { agentMessage, callMessage, living, merge, mergeWhole, NOTHING, prune, type EntityMessage } from './entities'

const at = (version: number, state: 'ready' | 'on_call' | 'wrap_up' = 'ready'): EntityMessage => agentMessage(makeAgent({ version, state }), version * 10)
const gone = (version: number): EntityMessage => ({ ...at(version), deleted: true, data: null })

function orders<T>(items: T[]): T[][] {
  if (items.length < 2) return [items]
  return items.flatMap((item, index) => orders(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]))
}

describe('merge', () => {
  test('any order, with every message twice, leads to the newest version', () => {
    const messages = [at(1), at(2, 'on_call'), at(3, 'wrap_up'), callMessage(makeCall(), 5)]
    for (const order of orders([...messages])) {
      const held = merge(merge(NOTHING, order), [...order].reverse())
      expect(held.agent.get('ann')?.data?.state).toBe('wrap_up')
      expect(held.call.size).toBe(1)
    }
  })

  test('one by one gives the same as all at once', () => {
    const messages = [at(2, 'on_call'), at(1), at(4), at(3, 'wrap_up')]
    expect(messages.reduce((held, message) => merge(held, [message]), NOTHING)).toEqual(merge(NOTHING, messages))
  })

  test('the same object when nothing is newer, so that nothing is drawn again', () => {
    const held = merge(NOTHING, [at(3)])
    expect(merge(held, [at(3), at(2), gone(1)])).toBe(held)
  })

  test('a late older message does not revive a deleted entity, a newer one does', () => {
    const deleted = merge(NOTHING, [at(1), gone(3)])
    expect(living(deleted, 'agent')).toEqual([])
    expect(living(merge(deleted, [at(2)]), 'agent')).toEqual([])
    expect(living(merge(deleted, [at(4)]), 'agent')).toHaveLength(1)
  })

  test('kinds that this version of the page does not know are ignored', () => {
    const stranger = { ...at(1), entity: 'campaign' } as unknown as EntityMessage
    expect(merge(NOTHING, [stranger])).toBe(NOTHING)
  })
})

describe('mergeWhole', () => {
  const bob = agentMessage(makeAgent({ agent_id: 'bob', version: 1 }), 10)

  test('who is not in the list and older than it goes', () => {
    const held = merge(NOTHING, [at(1), bob])
    expect(living(mergeWhole(held, 'agent', [at(2)], 100), 'agent').map((agent) => agent.agent_id)).toEqual(['ann'])
  })

  test('what arrived after the list was made stays', () => {
    const held = merge(NOTHING, [{ ...bob, at: 200 }])
    expect(mergeWhole(held, 'agent', [at(2)], 100).agent.size).toBe(2)
  })

  test('an older list does not overwrite what is newer', () => {
    const held = merge(NOTHING, [at(5, 'on_call')])
    expect(mergeWhole(held, 'agent', [at(4)], 100).agent.get('ann')?.data?.state).toBe('on_call')
  })

  test('an ended call stays for its wrap-up', () => {
    const held = merge(NOTHING, [callMessage(makeCall({ state: 'ended' }), 1)])
    expect(mergeWhole(held, 'call', [], 100).call.size).toBe(1)
  })
})

test('prune forgets old tombstones and ended calls, and nothing that lives', () => {
  const held = merge(NOTHING, [gone(1), callMessage(makeCall({ state: 'ended' }), 10), callMessage(makeCall({ call_id: 'c2' }), 10)])
  expect([...prune(held, 1000).call.keys()]).toEqual(['c2'])
  expect(prune(held, 1000).agent.size).toBe(0)
  expect(prune(held, 5)).toBe(held)
})
