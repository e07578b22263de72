import { useEffect } from 'react'
import { useOwn } from '@/live/useLive'
import { nationalNumber } from '@/parts/numbers'
import { phone } from '@/phone/phone'
import { startRinging, stopRinging } from '@/phone/ring'
import { isOwnLeg } from './autoAccept'
import { barWords } from './locale'
import { useGroupName } from './api'

const TITLE = '知音 Zhiyin'

/** Sound, the window's title and a notification of the system while a call rings; all of it over when it does not. */
export function useRinging(): void {
  const say = barWords.useWords()
  const { call, offer } = useOwn()
  const here = phone((status) => status.state === 'ringing')
  const groupName = useGroupName()
  const rings = (here || offer !== null) && !isOwnLeg(offer)
  const number = nationalNumber(call?.customer_number ?? '')
  const group = groupName(call?.group_id)

  useEffect(() => {
    if (!rings) return undefined
    startRinging()
    return stopRinging
  }, [rings])

  useEffect(() => {
    document.title = rings ? say('title.ringing', { number }) : TITLE
  }, [rings, number, say])

  useEffect(() => {
    if (!rings || document.visibilityState === 'visible') return undefined
    const shown = notify(say('notify.title', { number }), group)
    return () => shown?.close()
  }, [rings, number, group, say])
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
