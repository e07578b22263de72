import { Tooltip } from 'antd'
import type { Locale } from '@/api/types'
import { useLocale } from '@/app/i18n'
import { useServerNow } from '@/live/clock'
import { clock, dateTime } from './format'
import { partWords } from './locale'

const MINUTE = 60_000

function day(at: number): string {
  return new Date(at).toDateString()
}

function relative(at: number, now: number, locale: Locale, say: ReturnType<typeof partWords.useWords>): string {
  if (now - at < MINUTE && now >= at) return say('time.now')
  if (now - at < 60 * MINUTE && now >= at) return say('time.minutes', { count: Math.floor((now - at) / MINUTE) })
  if (day(at) === day(now)) return say('time.today', { clock: clock(at, locale) })
  if (day(at) === day(now - 24 * 60 * MINUTE)) return say('time.yesterday', { clock: clock(at, locale) })
  const date = new Intl.DateTimeFormat(locale, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
  return `${date} ${clock(at, locale)}`
}

/** A moment: relative while fresh, exact on hover. */
export function TimeText({ at }: { at: number | null | undefined }) {
  const now = useServerNow()
  const locale = useLocale()
  const say = partWords.useWords()
  if (at == null) return <span className="quiet">—</span>
  return (
    <Tooltip title={dateTime(at, locale)}>
      <time dateTime={new Date(at).toISOString()} className="figures">
        {relative(at, now, locale, say)}
      </time>
    </Tooltip>
  )
}
