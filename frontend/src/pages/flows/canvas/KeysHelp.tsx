import { flowWords } from '../locale'

const KEYS = [
  ['← →', 'keys.walk'],
  ['↑ ↓', 'keys.row'],
  ['Enter', 'keys.enter'],
  ['/', 'keys.search'],
  ['Delete', 'keys.delete'],
  ['Ctrl+Z · Ctrl+Y', 'keys.undo'],
  ['Ctrl+C · X · V', 'keys.copy'],
  ['Ctrl+A', 'keys.all'],
  ['0', 'keys.fit'],
  ['Shift', 'keys.box'],
] as const

/** The keys of the canvas. */
export function KeysHelp() {
  const say = flowWords.useWords()
  return (
    <dl className="flow-keys">
      {KEYS.map(([key, word]) => (
        <div key={word}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{say(word)}</dd>
        </div>
      ))}
    </dl>
  )
}
