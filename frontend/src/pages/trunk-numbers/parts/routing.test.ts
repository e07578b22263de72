import { describe, expect, it } from 'vitest'
import type { RoutingRule } from '@/api/types'
import { isHalf, kindOf, nameIn, opsOf, withKind } from '@/parts/conditions/fields'
import { checkable, cleanRules } from './routing'

const rule = (part: Partial<RoutingRule> = {}): RoutingRule => ({ name: ' VIP ', hours: 'open', when: [], route: { kind: 'outside', id: '13800138000', message: null }, ...part })

describe('the rules of a number', () => {
  it('are sent with trimmed names and numbers in E.164', () => {
    expect(cleanRules([rule()])[0]).toMatchObject({ name: 'VIP', route: { kind: 'outside', id: '+8613800138000' } })
  })

  it('are checked without waiting for their routes, but not while a condition is half written', () => {
    const begun = rule({ route: null as unknown as RoutingRule['route'] })
    expect(checkable([begun])?.[0]?.route.kind).toBe('hang_up')
    expect(checkable([rule({ when: [withKind('list')] })])).toBeNull()
    expect(checkable([])).toBeNull()
  })
})

describe('a condition', () => {
  it('names its list, schedule or variable in its field', () => {
    expect([kindOf('list.vip'), nameIn('list.vip'), kindOf('var.a.b'), nameIn('var.a.b'), nameIn('caller')]).toEqual(['list', 'vip', 'var', 'a.b', ''])
  })

  it('is half until it names what it is about', () => {
    expect(isHalf({ ...withKind('list'), field: 'list.vip' })).toBe(false)
    expect(isHalf(withKind('schedule'))).toBe(true)
    expect(isHalf(withKind('caller'))).toBe(true)
    expect(isHalf({ field: 'var.x', op: 'not_set', value: '' })).toBe(false)
    expect(isHalf(undefined)).toBe(true)
  })

  it('keeps a comparison that the form does not offer', () => {
    expect(opsOf({ field: 'place', op: 'is_set', value: '' })).toEqual(['within', 'is_set'])
  })
})
