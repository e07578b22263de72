import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

const HOME = 'CN'

/** E.164 in the national format of its country; foreign numbers keep their country code. Extensions stay as they are. */
export function nationalNumber(number: string): string {
  const parsed = number.startsWith('+') ? parsePhoneNumberFromString(number) : undefined
  if (parsed === undefined) return number
  return parsed.country === HOME ? parsed.formatNational() : parsed.formatInternational()
}

/**
 * What someone typed, as the API takes it: E.164, or an extension (2 to 6 digits). Null when it is neither.
 * Numbers without a country code are read as numbers of the home country.
 */
export function dialable(typed: string): string | null {
  const text = typed.replace(/[\s\-().（）—]/g, '')
  if (/^\d{2,6}$/.test(text)) return text
  const parsed = parsePhoneNumberFromString(text, HOME)
  return parsed?.isPossible() ? parsed.number : null
}
