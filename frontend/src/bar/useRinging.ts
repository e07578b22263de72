import { useEffect } from 'react'
import { useOwn } from '@/live/useLive'
import { nationalNumber } from '@/parts/numbers'
import { phone } from '@/phone/phone'
import { startRinging, stopRinging } from '@/phone/ring'
import { isOwnLeg, joinsLive } from './autoAccept'
import { barWords } from './locale'
import { useGroupName } from './api'
import { rings } from './rules'

const TITLE = '知音 Zhiyin'

/** Sound, the window's title and a notification of the system while a call rings; all of it over when it does not. */
export function useRinging(): void {
  const say = barWords.useWords()
  const own = useOwn()
  const { call, offer } = own
  const status = phone()
  const groupName = useGroupName()
  const sounds = rings({ own, phone: status }) && !isOwnLeg(offer) && !joinsLive(own)
  const number = nationalNumber(call?.customer_number ?? '')
  const group = groupName(call?.group_id)

  useEffect(() => {
    if (!sounds) return undefined
    startRinging()
    return stopRinging
  }, [sounds])

  useEffect(() => {
    document.title = sounds ? say('title.ringing', { number }) : TITLE
  }, [sounds, number, say])

  useEffect(() => {
    if (!sounds || document.visibilityState === 'visible') return undefined
    const shown = notify(say('notify.title', { number }), group)
    return () => shown?.close()
  }, [sounds, number, group, say])
}

function notify(title: string, body: string): Notification | null {
  if (!('Notification' in window) || Notification.permission !== 'granted') return null
  const shown = new Notification(title, { body, icon: '/mark.svg', tag: 'zhiyin-ringing', requireInteraction: true })
  shown.onclick = () => {
    window.focus()
    shown.close()
  }
  return shown
}

/** Asked when the agent signs in: that is when it is clear what for. */
export function askForNotifications(): void {
  if ('Notification' in window && Notification.permission === 'default') void Notification.requestPermission()
}
