import { useEffect } from 'react'
import { session, useMay } from '@/api/session'
import { startLive } from '@/live/live'
import { own } from '@/live/useLive'
import { live } from '@/live/store'
import { phone, phoneReady, resumes, startPhone, stopPhone, wasConnected } from '@/phone/phone'
import { startAutoAccept } from './autoAccept'
import { rejoin } from './commands'

/** A phone that cannot take its leg up again by itself after a reload asks the server to ring once more. */
function startRejoin(): () => void {
  const sid = wasConnected()
  if (sid === null) return () => undefined
  const consider = (): void => {
    if (resumes() || phone.getState().state !== 'ready' || own().leg?.sid !== sid) return
    stop()
    void rejoin().catch(() => undefined)
  }
  const stops = [phone.subscribe(consider), live.subscribe(consider)]
  const stop = (): void => stops.forEach((one) => one())
  return stop
}

/** Everything that runs while someone is signed in: live state and, for agents, the phone. Token renewals do not touch it. */
export function useWork(): void {
  const username = session((state) => state.user?.username)
  const works = useMay('agent.work')
  useEffect(() => {
    if (username === undefined) return undefined
    const stops = [startLive(phoneReady)]
    if (works) {
      stops.push(startRejoin(), startAutoAccept(), stopPhone)
      startPhone()
    }
    return () => stops.reverse().forEach((stop) => stop())
  }, [username, works])
}
