import type { PhoneToken } from '@/api/types'
import { after } from '@/live/steady'
import { backoff } from '@/live/socket'
import { PhoneError, type PhoneListener, type Softphone } from './softphone'

/** Frames of the simulator's phone socket that this side listens to. */
type Frame =
  | { type: 'registered' }
  | { type: 'token_will_expire'; seconds: number }
  | { type: 'incoming'; callSid: string; from: string; parameters?: Record<string, string> }
  | { type: 'canceled' | 'accepted' | 'disconnected'; callSid: string }
  | { type: 'muted'; callSid: string; muted: boolean }
  | { type: 'hearing'; callSid: string; kind: string; text?: string }
  | { type: 'digits'; callSid: string; digits: string }
  | { type: 'pong' }
  | { type: 'error'; code: number; message: string }

const ACCEPT_MS = 8_000
const REGISTER_MS = 10_000
const PING_MS = 20_000
const PONG_MS = 8_000
const EXPIRED = 20104
const INVALID = 20101

interface Waiting {
  done: () => void
  fail: (error: Error) => void
}

/** The phone of the voice simulator: the whole behaviour of a browser phone, without sound. */
export class SimulatedPhone implements Softphone {
  readonly resumes = true
  private socket: WebSocket | null = null
  private token = ''
  private attempt = 0
  private closed = false
  private waiting: Partial<Record<'register' | 'accept', Waiting>> = {}
  private calm: () => void = () => undefined

  constructor(
    private readonly url: string,
    private readonly listener: PhoneListener,
    /** The leg that this page was connected to, if any; it is taken up again when the socket opens. */
    private sid: string | null,
    private readonly open: (url: string) => WebSocket = (address) => new WebSocket(address),
  ) {}

  register({ token }: PhoneToken): Promise<void> {
    this.token = token
    const promise = this.expect('register', REGISTER_MS)
    if (this.socket?.readyState === WebSocket.OPEN) this.sendRegister()
    else this.connect()
    return promise
  }

  accept(): Promise<void> {
    const promise = this.expect('accept', ACCEPT_MS)
    this.send({ type: 'accept', callSid: this.sid })
    return promise
  }

  reject(): void {
    this.send({ type: 'reject', callSid: this.sid })
  }

  hangUp(): void {
    this.send({ type: 'disconnect', callSid: this.sid })
  }

  mute(muted: boolean): void {
    this.send({ type: 'mute', callSid: this.sid, muted })
  }

  digits(digits: string): void {
    this.send({ type: 'digits', callSid: this.sid, digits })
  }

  close(): void {
    this.closed = true
    this.calm()
    this.socket?.close(1000)
    this.listener.event({ type: 'off' })
  }

  private connect(): void {
    this.calm()
    this.socket?.close()
    this.listener.event({ type: 'registering' })
    const socket = this.open(this.url)
    this.socket = socket
    const mine = (run: () => void) => () => {
      if (this.socket === socket && !this.closed) run()
    }
    socket.onopen = mine(() => this.sendRegister())
    socket.onclose = mine(() => this.lost())
    socket.onmessage = (event: MessageEvent<string>) => mine(() => this.heard(JSON.parse(event.data) as Frame))()
  }

  private sendRegister(): void {
    this.send({ type: 'register', token: this.token, ...(this.sid !== null && { resume: this.sid }) })
  }

  private lost(): void {
    this.calm()
    this.socket = null
    this.fail('register', new PhoneError('phone_unreachable', ''))
    this.listener.event({ type: 'unregistered' })
    this.calm = after(backoff(this.attempt++, Math.random()), () => this.connect())
  }

  private heard(frame: Frame): void {
    this.watch()
    switch (frame.type) {
      case 'registered':
        this.attempt = 0
        this.listener.event({ type: 'registered' })
        return this.settle('register')
      case 'token_will_expire':
        return this.listener.tokenWanted()
      case 'error':
        return this.refused(frame.code, frame.message)
      case 'incoming':
        this.sid = frame.callSid
        return this.listener.event({ type: 'incoming', sid: frame.callSid, from: frame.from, parameters: frame.parameters ?? {} })
      case 'pong':
      case 'digits':
        return undefined
      default:
        return this.aboutLeg(frame)
    }
  }

  private aboutLeg(frame: Extract<Frame, { type: 'canceled' | 'accepted' | 'disconnected' | 'muted' | 'hearing' }>): void {
    const sid = frame.callSid
    if (frame.type === 'muted') return this.listener.event({ type: 'muted', sid, muted: frame.muted })
    if (frame.type === 'hearing') return this.listener.event({ type: 'hearing', sid, text: frame.text ?? frame.kind })
    if (frame.type === 'accepted') {
      this.sid = sid
      this.settle('accept')
    } else if (this.sid === sid) {
      this.sid = null
      this.fail('accept', new PhoneError('call_gone', ''))
    }
    this.listener.event({ type: frame.type, sid })
  }

  private refused(code: number, message: string): void {
    if (code === EXPIRED || code === INVALID) {
      this.fail('register', new PhoneError('token_refused', message))
      this.listener.event({ type: 'failed', code: 'token_refused', detail: message })
      return this.listener.tokenWanted()
    }
    // No such call: the leg that was to be resumed, or accepted, is over.
    this.fail('accept', new PhoneError('call_gone', message))
    const sid = this.sid
    this.sid = null
    if (sid !== null) this.listener.event({ type: 'disconnected', sid })
  }

  /** Any frame is a sign of life; silence leads to a ping, and an unanswered ping to a new connection. */
  private watch(): void {
    this.calm()
    this.calm = after(PING_MS, () => {
      this.send({ type: 'ping' })
      this.calm = after(PONG_MS, () => this.connect())
    })
  }

  private expect(what: 'register' | 'accept', limit: number): Promise<void> {
    this.fail(what, new PhoneError('superseded', ''))
    return new Promise((resolve, reject) => {
      const cancel = after(limit, () => this.fail(what, new PhoneError('phone_silent', '')))
      const end = (then: () => void) => {
        cancel()
        then()
      }
      this.waiting[what] = { done: () => end(resolve), fail: (error) => end(() => reject(error)) }
    })
  }

  private settle(what: 'register' | 'accept'): void {
    this.waiting[what]?.done()
    this.waiting = { ...this.waiting, [what]: undefined }
  }

  private fail(what: 'register' | 'accept', error: PhoneError): void {
    this.waiting[what]?.fail(error)
    this.waiting = { ...this.waiting, [what]: undefined }
  }

  private send(frame: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame))
  }
}
