// Every word that is asked for exists in both languages (the compiler sees to missing ones), and every word that exists is asked for.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Words } from '@/app/i18n'

const modules = import.meta.glob<Record<string, { words: Record<'zh-CN' | 'en', Words> }>>('../src/**/locale.ts', { eager: true })

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/locale\.ts$|\.test\.tsx?$|schema\.ts$/.test(name))
  .map((name) => readFileSync(join('src', name), 'utf8'))
  .join('\n')

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()

/** `'state.ready'` is used by name, or by a template such as `state.${state}` or `${list}.hint`. */
function used(key: string): boolean {
  if (sources.includes(`'${key}'`)) return true
  const dots = [...key.matchAll(/\./g)].map((dot) => key.slice(0, dot.index + 1))
  const ends = [...key.matchAll(/\./g)].map((dot) => key.slice(dot.index))
  return dots.some((prefix) => sources.includes('`' + prefix + '${')) || ends.some((suffix) => sources.includes('}' + suffix + '`'))
}

const dictionaries = Object.entries(modules).flatMap(([file, module]) =>
  Object.entries(module).map(([name, vocabulary]) => ({ name: `${file} ${name}`, words: vocabulary.words })),
)

test('there are dictionaries to look at', () => {
  expect(dictionaries.length).toBeGreaterThan(2)
})

test.each(dictionaries)('$name: both languages have the same keys, filled, with the same parameters', ({ words }) => {
  expect(Object.keys(words.en).sort()).toEqual(Object.keys(words['zh-CN']).sort())
  for (const [key, text] of Object.entries(words['zh-CN'])) {
    expect(text.trim(), key).not.toBe('')
    expect(words.en[key]?.trim(), key).not.toBe('')
    expect(placeholders(words.en[key] ?? ''), key).toEqual(placeholders(text))
  }
})

test.each(dictionaries)('$name: no word is kept that nobody says', ({ words }) => {
  expect(Object.keys(words['zh-CN']).filter((key) => !used(key))).toEqual([])
})

test('Chinese texts contain Chinese and English ones do not', () => {
  for (const { words } of dictionaries) {
    const stray = Object.entries(words.en).filter(([key, text]) => /[\u4e00-\u9fff]/.test(text) && !key.endsWith('language'))
    expect(stray).toEqual([])
  }
})

test('one word for a thing: 技能组 and 座席, as the server and the guide say', () => {
  const texts = dictionaries.flatMap(({ words }) => Object.values(words['zh-CN']))
  expect(texts.filter((text) => /工作组|坐席|话务员/.test(text))).toEqual([])
})
