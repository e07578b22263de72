import type { Say } from '@/app/i18n'
import { flowWords, type FlowWord } from '../locale'

type SayFlow = Say<FlowWord>

/** The kind of a node in words; an unknown one as it is written. */
export function kindText(kind: string, say: SayFlow): string {
  const key = `kind.${kind}`
  return key in flowWords.words.en ? say(key as `kind.play`) : kind
}

/** An outcome in words: keys and branches stay as they are. */
export function outcomeText(outcome: string, say: SayFlow): string {
  const key = `out.${outcome}`
  return key in flowWords.words.en ? say(key as `out.next`) : outcome
}

/** A choice of a field in words: methods and keys stay as they are. */
export function optionText(option: string, say: SayFlow): string {
  const key = `option.${option || 'none'}`
  return key in flowWords.words.en ? say(key as `option.none`) : option
}

/** A field of a node in words; one that the page has no word for as it is written. */
export function fieldText(name: string, say: SayFlow): string {
  const key = `field.${name}`
  return key in flowWords.words.en ? say(key as `field.prompts`) : name
}
