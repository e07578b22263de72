import type { ButtonId } from './rules'

export type KeyAction = ButtonId | 'search' | 'new_customer' | 'address_book' | 'help' | 'wrap_up' | 'record'

/** One shortcut each, by the key's place on the board, so that every layout and input method has it. */
export const KEYS: Record<Exclude<KeyAction, 'search' | 'help'>, string> = {
  answer: 'A',
  hang_up: 'X',
  hold: 'H',
  retrieve: 'R',
  mute: 'M',
  keys: 'K',
  transfer: 'T',
  consult: 'C',
  conference: 'N',
  survey: 'Q',
  complete: 'V',
  take_back: 'B',
  merge: 'G',
  ready: 'Y',
  not_ready: 'U',
  sign_in: 'I',
  sign_out: 'O',
  dial: 'P',
  wrap_up: 'W',
  record: 'S',
  new_customer: 'J',
  address_book: 'L',
}

export function keyText(action: KeyAction): string {
  if (action === 'search') return '/'
  if (action === 'help') return '?'
  return `Alt+${KEYS[action]}`
}

/** As `aria-keyshortcuts` wants it. */
export const ariaKey = (action: KeyAction): string => keyText(action)

const BY_CODE = new Map(Object.entries(KEYS).map(([action, key]) => [`Key${key}`, action as KeyAction]))

const typesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

/** What a key press asks for. Plain keys (`/`, `?`) are letters while someone types; Alt combinations work everywhere. */
export function actionOf(event: KeyboardEvent): KeyAction | null {
  if (event.ctrlKey || event.metaKey) return null
  if (event.altKey) return event.shiftKey ? null : (BY_CODE.get(event.code) ?? null)
  if (typesText(event.target)) return null
  if (event.key === '?') return 'help'
  return event.key === '/' ? 'search' : null
}

/**
 * Enter answers a ringing call, unless it means something to what has the focus. A button of the bar keeps the focus of its
 * last click (ready, sign in) without meaning anything; only hang up does: it declines.
 */
export function entersAnswer(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return false
  const at = event.target instanceof HTMLElement ? event.target : null
  const used = at?.closest<HTMLElement>('[data-button]')
  if (used) return used.dataset.button !== 'hang_up'
  return at === null || !(typesText(at) || at.closest('button, a, [role="menu"], [role="listbox"], [role="dialog"], tr[tabindex]'))
}
