import type { Attribution, Locale } from '@/api/types'

const two = (value: number): string => String(value).padStart(2, '0')

/** Seconds as `m:ss` or `h:mm:ss`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return '—'
  const whole = Math.round(seconds)
  const minutes = Math.floor(whole / 60)
  const rest = two(whole % 60)
  return minutes < 60 ? `${two(minutes)}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`
}

export function dateTime(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at)
}

export function clock(at: number, locale: Locale, seconds = false): string {
  const style = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat(locale, seconds ? { ...style, second: '2-digit' } : style).format(at)
}

export function count(value: number, locale: Locale): string {
  return new Intl.NumberFormat(locale).format(value)
}

/** Where a number belongs to, in one line; the server says it in the reader's language. */
export function attributionText(attribution: Attribution | string | null | undefined): string {
  if (attribution == null) return ''
  if (typeof attribution === 'string') return attribution
  return [attribution.region || attribution.country, attribution.carrier_name].filter((part) => part !== '').join(' ')
}
