import { useEffect } from 'react'
import { session, useMay } from '@/api/session'
import { startLive } from '@/live/live'
import { own } from '@/live/useLive'
import { live } from '@/live/store'
import { forgetLeg, phone, phoneReady, resumes, startPhone, stopPhone, wasConnected } from '@/phone/phone'
import { startAutoAccept } from './autoAccept'
import { rejoin } from './commands'

/**
 * A leg that the page lost (a reload, the network) and that its phone cannot take up by itself: as soon as the server has given
 * the leg up too and the phone can ring, the server is asked to ring it. Once; after a failure there is the button.
 */
function startRejoin(): () => void {
  const consider = (): void => {
    const sid = wasConnected()
    if (sid === null || resumes() || phone.getState().state !== 'ready') return
    const { agent, call, leg, offer } = own()
    if (agent === null || leg?.sid === sid) return
    if (call?.agent_lost_at == null || leg !== null) return forgetLeg()
    if (offer !== null) return
    forgetLeg()
    void rejoin().catch(() => undefined)
  }
  const stops = [phone.subscribe(consider), live.subscribe(consider)]
  return () => stops.forEach((one) => one())
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
