import { describe, expect, it } from 'vitest'
import { dialable, inE164, nationalNumber } from './numbers'

describe('what can be dialled', () => {
  it.each([
    ['138 0013-8000', '+8613800138000'],
    ['（010）5555 0100', '+861055550100'],
    ['+1 415 555 2671', '+14155552671'],
    ['400 123 4567', '4001234567'],
    ['1001', '1001'],
    ['110', '110'],
    ['10086', '10086'],
    ['8800123456', '8800123456'],
  ])('%s', (typed, sent) => expect(dialable(typed)).toBe(sent))

  it.each(['', '1', '王', '1001a', '123456789012345678'])('not %s', (typed) => expect(dialable(typed)).toBeNull())
})

describe('what is stored in E.164', () => {
  it.each([
    ['400 123 4567', '+864001234567'],
    ['010-5555 0100', '+861055550100'],
  ])('%s', (typed, stored) => expect(inE164(typed)).toBe(stored))

  it.each(['1001', '110', '', '王'])('not %s', (typed) => expect(inE164(typed)).toBeNull())
})

describe('numbers as they are shown', () => {
  it.each([
    ['+861055550100', '010 5555 0100'],
    ['+14155552671', '+1 415 555 2671'],
    ['+86110', '110'],
    ['+8610086', '10086'],
    ['1001', '1001'],
  ])('%s', (stored, shown) => expect(nationalNumber(stored)).toBe(shown))
})
