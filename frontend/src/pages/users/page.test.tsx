import { expect, test } from 'vitest'
import { STRONG_PASSWORD, USERNAME } from './parts/rules'

test.each([['agent1', true], ['a.b-c_d', true], ['Agent1', false], ['-a', false], ['', false], ['a'.repeat(65), false]])('user name %s: %s', (name, good) =>
  expect(USERNAME.test(name)).toBe(good),
)

test.each([['Zhiyin-demo-1', true], ['Short-1a', false], ['nouppercase-12', false], ['NOLOWERCASE-12', false], ['NoDigitsHere--', false], ['NoSymbol12345', false]])(
  'password %s: %s',
  (password, good) => expect(STRONG_PASSWORD.test(password)).toBe(good),
)
