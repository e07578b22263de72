import { describe, expect, it } from 'vitest'
import type { RouteStep } from '@/api/types'
import { dryRunWords } from './locale'
import { ending, keysOf, sentence, tone } from './parts/words'

const { say } = dryRunWords
const nameOf = (_kind: string, id: string): string => `<${id}>`
const step = (part: Partial<RouteStep>): RouteStep => ({ asked: 'rule', outcome: 'holds', by: 'VIP', detail: {}, ...part })
const told = (part: Partial<RouteStep>): string => sentence(step(part), say, { condition: (one) => `${one.field} ${one.op} ${one.value}`, value: (_field, value) => value }, nameOf)

describe('the way of a call', () => {
  it('says why a rule was passed over', () => {
    const text = told({ outcome: 'passed_over', detail: { rule: '1', field: 'grade', op: 'at_least', value: '5', has: '' } })
    expect(text).toContain('grade at_least 5')
    expect(text).toContain(say('nothing'))
  })

  it('names where a step leads, and why a schedule is closed', () => {
    expect(told({ detail: { rule: '2', to: 'group', id: '8001' } })).toContain('<8001>')
    expect(told({ asked: 'hours', outcome: 'closed', detail: { why: 'outside_hours' } })).toContain(say('because.outside_hours'))
    expect(told({ asked: 'hours', outcome: 'closed', detail: { why: '国庆节' } })).toContain('国庆节')
  })

  it('tells a node by its outcome and what it does not know as it is', () => {
    expect(told({ asked: 'node', outcome: '1', by: 'menu' })).toContain('menu')
    expect(told({ asked: 'moon', outcome: 'full' })).toContain('moon')
  })

  it('says where it ends', () => {
    expect(ending({ kind: 'group', id: '8001', name: '销售' }, say, nameOf)).toContain('销售')
    expect(ending({ kind: 'voicemail', id: 'group:8001', name: '' }, say, nameOf)).toContain('<group:8001>')
  })

  it('sets apart what decided, what was passed over and what stopped it', () => {
    expect([tone(step({})), tone(step({ outcome: 'other_hours' })), tone(step({ asked: 'end', outcome: 'hang_up' })), tone(step({ asked: 'group', outcome: 'takes' }))]).toEqual(['success', 'default', 'error', 'success'])
  })

  it('takes keys one for each question, a dash for none', () => {
    expect(keysOf(' 1  12# - ')).toEqual(['1', '12#', ''])
    expect(keysOf('')).toEqual([])
  })
})
