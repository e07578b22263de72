import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

const HOME = 'CN'

/** E.164 in the national format of its country; foreign numbers keep their country code. Extensions stay as they are. */
export function nationalNumber(number: string): string {
  const parsed = number.startsWith('+') ? parsePhoneNumberFromString(number) : undefined
  if (parsed === undefined) return number
  return parsed.country === HOME ? parsed.formatNational() : parsed.formatInternational()
}

/** What someone typed in E.164, null when it is no such number. Without a country code it is one of the home country. */
export function inE164(typed: string): string | null {
  const text = written(typed)
  const parsed = /^\d{1,6}$/.test(text) ? undefined : parsePhoneNumberFromString(text, HOME)
  return parsed?.isPossible() ? parsed.number : null
}

/**
 * What someone typed, as the API takes it; null when it can be nothing that is dialled. The API alone knows whether up to
 * ten digits are an extension, a short public number or a number of the home country.
 */
export function dialable(typed: string): string | null {
  const text = written(typed)
  return /^\d{2,10}$/.test(text) ? text : inE164(text)
}

const written = (typed: string): string => typed.replace(/[\s\-().（）—]/g, '')
