import { callsWords } from '../locale'

type Words = (typeof callsWords.words)['zh-CN']
type Family = 'event' | 'to' | 'cause'

/** The word `<family>.<code>` where there is one, else the code itself: new codes of the server are shown, not hidden. */
export function useCodeWords(): (family: Family, code: string | null) => string {
  const say = callsWords.useWords()
  return (family, code) => {
    if (!code) return ''
    const key = { event: `event.${code}`, to: `to.${code}`, cause: `cause.${code}` }[family]
    return key in callsWords.words['zh-CN'] ? say(key as keyof Words) : code
  }
}
