import { C, UA, WebSocketInterface, type Socket } from 'jssip'
import type { EndEvent, RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRTCSessionEvent, RTCSessionEvent, UnRegisteredEvent } from 'jssip/lib/UA'
import type { IncomingRequest } from 'jssip/lib/SIPMessage'
import type { PhoneToken } from '@/api/types'
import { every, onWake } from '@/live/steady'
import { Ear } from './ear'
import { inTime } from './inTime'
import { closeMicrophone, expectMicrophone, openMicrophone } from './microphone'
import { PhoneError, type PhoneListener, type Softphone } from './softphone'

/** Headers of the gateway's nodes. Its edge takes them out of what comes from outside. */
const CALL_SID = 'X-Zhiyin-Call-Sid'
const PARAMETERS = 'X-Zhiyin-Parameters'

/** Well within the edge's registration time, by a timer that keeps time in a hidden page as JsSIP's own does not. */
const REGISTER_EVERY_MS = 60_000
const EXPIRES_S = 300
const RECOVER_S = { min: 2, max: 15 }
const REFUSED = [401, 403, 407]
const KEY_MS = { duration: 100, interToneGap: 70 }
/** The edge has a public address and learns the page's from its packets: there is nothing to ask a STUN server for. */
const ICE: RTCConfiguration = { iceServers: [] }
/** Ends that nobody wanted: the leg is lost, and the server rings again. */
const LOST: readonly string[] = [C.causes.CONNECTION_ERROR, C.causes.RTP_TIMEOUT, C.causes.REQUEST_TIMEOUT, C.causes.NO_ACK]
const NO_MEDIA: readonly string[] = [C.causes.WEBRTC_ERROR, C.causes.INTERNAL_ERROR]

interface Leg {
  session: RTCSession
  sid: string
  answering: Promise<void> | null
  microphone: MediaStream | null
}

interface Waiting {
  done: () => void
  fail: (error: Error) => void
}

/**
 * The phone at a SIP edge, over a WebSocket, with sound by WebRTC.
 *
 * It does not resume: the edge ends a call when the page's connection goes, whether the page was closed or the network was
 * lost. So a lost connection is the end of the leg here as well, and the server rings the phone that came back.
 */
export class SipPhone implements Softphone {
  readonly resumes = false
  private ua: UA | null = null
  private leg: Leg | null = null
  private waiting: Waiting | null = null
  private closed = false
  private stops: (() => void)[] = []
  private readonly ear = new Ear()

  constructor(
    private readonly listener: PhoneListener,
    private readonly open: (url: string) => Socket = (url) => new WebSocketInterface(url),
  ) {}

  async register(token: PhoneToken): Promise<void> {
    if (this.ua === null) this.listener.event({ type: 'registering' })
    await expectMicrophone()
    if (this.closed) return
    const registered = this.expectRegistered()
    if (this.ua === null) this.start(token)
    else this.renew(this.ua, token)
    await inTime(registered, 'phone_silent')
  }

  accept(): Promise<void> {
    const { leg } = this
    if (leg === null) return Promise.reject(new PhoneError('call_gone', ''))
    leg.answering ??= this.answer(leg).finally(() => (leg.answering = null))
    return leg.answering
  }

  reject(): void {
    if (this.leg?.session.isInProgress()) this.leg.session.terminate({ status_code: 603, reason_phrase: 'Decline' })
  }

  hangUp(): void {
    this.leg?.session.terminate()
  }

  mute(muted: boolean): void {
    if (muted) this.leg?.session.mute({ audio: true })
    else this.leg?.session.unmute({ audio: true })
  }

  digits(digits: string): void {
    this.leg?.session.sendDTMF(digits, { transportType: C.DTMF_TRANSPORT.RFC2833, ...KEY_MS })
  }

  close(): void {
    this.closed = true
    this.stops.forEach((stop) => stop())
    this.ua?.stop()
    this.listener.event({ type: 'off' })
  }

  // --- registration ---

  private start({ url, domain, identity, login, token }: PhoneToken): void {
    const ua = new UA({
      sockets: [this.open(url ?? '')],
      uri: `sip:${identity}@${domain ?? ''}`,
      authorization_user: login ?? identity,
      password: token,
      register_expires: EXPIRES_S,
      session_timers: false, // the edge itself asks both sides whether they live
      connection_recovery_min_interval: RECOVER_S.min,
      connection_recovery_max_interval: RECOVER_S.max,
      user_agent: 'Zhiyin',
    })
    this.ua = ua
    ua.on('registered', () => this.tell(() => this.registered()))
    ua.on('unregistered', () => this.tell(() => this.listener.event({ type: 'unregistered' })))
    ua.on('registrationFailed', (event: UnRegisteredEvent) => this.tell(() => this.refused(event)))
    ua.on('disconnected', () => this.tell(() => this.lost()))
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      const direction: string = event.session.direction
      if (direction === 'incoming') this.ring(event as IncomingRTCSessionEvent)
    })
    const again = (): void => {
      if (ua.isConnected()) ua.register()
    }
    // With somebody who listens JsSIP leaves it to him.
    ua.on('registrationExpiring', again)
    window.addEventListener('pagehide', this.leave)
    this.stops = [every(REGISTER_EVERY_MS, again), onWake(again), () => window.removeEventListener('pagehide', this.leave)]
    ua.start()
  }

  /** New credentials hold from the next REGISTER on, which is sent now, or by JsSIP itself once it is connected again. */
  private renew(ua: UA, { login, identity, token }: PhoneToken): void {
    ua.set('authorization_user', login ?? identity)
    ua.set('password', token)
    const wasRegistered = ua.isRegistered()
    if (ua.isConnected()) ua.register()
    // JsSIP tells of the first success only. A failure of this one comes like that of any later one.
    if (wasRegistered) this.registered()
  }

  private registered(): void {
    this.settle()
    this.listener.event({ type: 'registered' })
  }

  private refused({ response, cause }: UnRegisteredEvent): void {
    const status = (response as UnRegisteredEvent['response'] | null)?.status_code
    const code = status !== undefined && REFUSED.includes(status) ? 'token_refused' : 'phone_unreachable'
    const error = new PhoneError(code, String(status ?? cause ?? ''))
    if (this.fail(error)) return
    // Nobody waits for it: a registration that held until now. New credentials are the remedy for both.
    this.listener.event({ type: 'failed', code, detail: error.message })
    this.listener.tokenWanted()
  }

  private lost(): void {
    this.drop()
    this.fail(new PhoneError('phone_unreachable', ''))
  }

  /** The page goes (closed, loaded again): said to the edge, which else would find out only when its questions stay unanswered. */
  private readonly leave = (): void => {
    this.drop()
    this.ua?.stop()
  }

  private drop(): void {
    const session = this.leg?.session
    if (session?.isEnded() === false) session.terminate({ cause: C.causes.CONNECTION_ERROR })
  }

  private expectRegistered(): Promise<void> {
    this.fail(new PhoneError('superseded', ''))
    return new Promise((done, fail) => (this.waiting = { done, fail }))
  }

  private settle(): void {
    this.waiting?.done()
    this.waiting = null
  }

  /** Answers whether somebody waited for it. */
  private fail(error: PhoneError): boolean {
    const { waiting } = this
    this.waiting = null
    waiting?.fail(error)
    return waiting !== null
  }

  private tell(what: () => void): void {
    if (!this.closed) what()
  }

  // --- the call ---

  private ring({ session, request }: IncomingRTCSessionEvent): void {
    if (this.leg !== null) return session.terminate({ status_code: 486, reason_phrase: 'Busy Here' })
    const sid = header(request, CALL_SID) ?? session.id
    const leg: Leg = { session, sid, answering: null, microphone: null }
    this.leg = leg
    session.on('peerconnection', ({ peerconnection }) => {
      peerconnection.addEventListener('track', ({ streams }) => streams[0] && this.ear.hear(streams[0]))
    })
    // The first address will do: the page reaches out to the edge's, whichever way its packets take.
    session.on('icecandidate', ({ ready }) => ready())
    session.on('confirmed', () => this.connected(leg))
    session.on('muted', () => this.listener.event({ type: 'muted', sid, muted: true }))
    session.on('unmuted', () => this.listener.event({ type: 'muted', sid, muted: false }))
    session.on('failed', (event: EndEvent) => this.over(leg, event, 'canceled'))
    session.on('ended', (event: EndEvent) => this.over(leg, event, 'disconnected'))
    const parameters = Object.fromEntries(new URLSearchParams(header(request, PARAMETERS) ?? ''))
    this.listener.event({ type: 'incoming', sid, from: request.from.uri.user, parameters })
  }

  private connected(leg: Leg): void {
    window.addEventListener('beforeunload', keepOpen)
    this.listener.event({ type: 'accepted', sid: leg.sid })
  }

  private over(leg: Leg, { cause }: EndEvent, how: 'canceled' | 'disconnected'): void {
    window.removeEventListener('beforeunload', keepOpen)
    closeMicrophone(leg.microphone)
    this.ear.silence()
    if (this.leg === leg) this.leg = null
    const lost = how === 'disconnected' && LOST.includes(cause)
    this.listener.event({ type: lost ? 'dropped' : how, sid: leg.sid })
  }

  /** A microphone that is refused leaves the call ringing: the agent may allow it and answer again. */
  private async answer(leg: Leg): Promise<void> {
    const microphone = await openMicrophone()
    if (this.leg !== leg || !leg.session.isInProgress()) {
      closeMicrophone(microphone)
      throw new PhoneError('call_gone', '')
    }
    leg.microphone = microphone
    const confirmed = new Promise<void>((resolve, reject) => {
      leg.session.once('confirmed', () => resolve())
      const gone = ({ cause }: EndEvent): void => reject(new PhoneError(NO_MEDIA.includes(cause) ? 'media' : 'call_gone', cause))
      leg.session.once('failed', gone)
      leg.session.once('ended', gone)
    })
    leg.session.answer({ mediaStream: microphone, pcConfig: ICE })
    await inTime(confirmed, 'phone_silent')
  }
}

/** A header's value; JsSIP's types promise one where there may be none. */
const header = (request: IncomingRequest, name: string): string | undefined => request.getHeader(name)

/** Asks before a page is closed in the middle of a call, since that ends the call. */
function keepOpen(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
