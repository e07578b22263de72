import type { Locale } from '@/api/types'

/** Names of events as people say them, by their type; a type without a name is shown as it is. */
const NAMES: Record<string, Record<Locale, string>> = {
  'call.arrived': { 'zh-CN': '呼入', en: 'Arrived' },
  'call.started': { 'zh-CN': '呼叫开始', en: 'Started' },
  'call.state': { 'zh-CN': '状态变化', en: 'State' },
  'call.queued': { 'zh-CN': '进入排队', en: 'Queued' },
  'call.answered': { 'zh-CN': '应答', en: 'Answered' },
  'call.ended': { 'zh-CN': '结束', en: 'Ended' },
  'call.held': { 'zh-CN': '保留', en: 'Held' },
  'call.retrieved': { 'zh-CN': '取保留', en: 'Retrieved' },
  'offer.made': { 'zh-CN': '分配座席', en: 'Offered' },
  'offer.state': { 'zh-CN': '振铃状态', en: 'Offer' },
  'leg.state': { 'zh-CN': '通话方状态', en: 'Party' },
}

export function eventTitle(type: string, locale: Locale): string {
  return NAMES[type]?.[locale] ?? type
}
