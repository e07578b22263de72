import { create } from 'zustand'
import type { Label, Locale } from '@/api/types'

/**
 * Words of the interface. A page's (or part's) `locale.ts` holds both languages; `defineWords` makes its typed `useWords`,
 * so a missing key is a compile error and words load with the page that needs them. `{name}` is replaced by a parameter.
 */
export type Words = Record<string, string>
export type Say<K extends string> = (key: K, params?: Record<string, string | number>) => string

const STORED = 'zhiyin.locale'

function remembered(): Locale {
  const kept = globalThis.localStorage.getItem(STORED)
  return kept === 'en' ? 'en' : 'zh-CN'
}

const chosen = create<{ locale: Locale }>()(() => ({ locale: remembered() }))

export const locale = (): Locale => chosen.getState().locale
export const useLocale = (): Locale => chosen((state) => state.locale)

export function setLocale(next: Locale): void {
  globalThis.localStorage.setItem(STORED, next)
  document.documentElement.lang = next
  chosen.setState({ locale: next })
}

export function fill(text: string, params: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
}

export interface Dictionary<K extends string> {
  'zh-CN': Record<K, string>
  en: Record<NoInfer<K>, string>
}

export interface Vocabulary<K extends string> {
  words: Dictionary<K>
  /** In components: follows a change of language. */
  useWords: () => Say<K>
  /** Outside components: in the language of this moment. */
  say: Say<K>
}

export function defineWords<K extends string>(words: Dictionary<K>): Vocabulary<K> {
  const sayIn =
    (language: Locale): Say<K> =>
    (key, params) =>
      fill(words[language][key], params)
  const sayers = { 'zh-CN': sayIn('zh-CN'), en: sayIn('en') }
  return { words, useWords: () => sayers[useLocale()], say: (key, params) => sayers[locale()](key, params) }
}

/** A text that the server keeps in both languages; the other language stands in when one is empty. */
export function labelIn(label: Label, language: Locale): string {
  return label[language] || label['zh-CN'] || label.en
}

export function useLabel(): (label: Label) => string {
  const language = useLocale()
  return (label) => labelIn(label, language)
}
