import { createHash } from 'node:crypto'
import type { Socket } from 'jssip'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
const CRLF = '\r\n'

/** A SIP message as it went over the socket. */
export interface Sip {
  first: string
  headers: Map<string, string>
}

function parse(text: string): Sip {
  const [first = '', ...lines] = (text.split(CRLF + CRLF)[0] ?? '').split(CRLF)
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const)
  return { first, headers: new Map(pairs) }
}

/** A registrar's answer, and calls: the far end of a WebSocket, as the gateway's edge is one. It checks the digest itself. */
export class FakeEdge {
  readonly heard: Sip[] = []
  /** Passwords by login. Empty: the platform cannot be asked. */
  known: Map<string, string> | null = new Map()
  open = true
  readonly socket: Socket
  private on = false

  constructor() {
    const far: unknown = {
      via_transport: 'WS',
      url: 'ws://edge.example',
      sip_uri: 'sip:edge.example;transport=ws',
      connect: () => queueMicrotask(() => this.connect()),
      disconnect: () => (this.on = false),
      send: (text: string) => {
        if (this.on) queueMicrotask(() => this.take(parse(text)))
        return this.on
      },
      isConnected: () => this.on,
      isConnecting: () => false,
      onconnect: () => undefined,
      ondisconnect: () => undefined,
      ondata: () => undefined,
    }
    // JsSIP takes any object of this shape, and its types a class.
    this.socket = far as Socket
  }

  private connect(): void {
    this.on = this.open
    if (this.open) this.socket.onconnect()
    else this.socket.ondisconnect(true, 1006, '')
  }

  /** The connection breaks. */
  breaks(): void {
    this.on = false
    this.socket.ondisconnect(true, 1006, '')
  }

  requests(method: string): Sip[] {
    return this.heard.filter((one) => one.first.startsWith(`${method} `))
  }

  answers(status: number): Sip[] {
    return this.heard.filter((one) => one.first.startsWith(`SIP/2.0 ${status} `))
  }

  invite(call: string, headers: Record<string, string> = {}): void {
    const body = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', 'm=audio 4000 RTP/AVP 8', 'a=sendrecv', ''].join(CRLF)
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    this.request('INVITE', call, 1, [...more, 'Contact: <sip:node@192.0.2.1>', 'Content-Type: application/sdp'], body)
  }

  request(method: string, call: string, cseq: number, more: string[] = [], body = ''): void {
    const to = this.heard.findLast((one) => one.headers.get('call-id') === call && one.headers.get('to')?.includes('tag='))
    const contact = /<([^>]+)>/.exec(this.requests('REGISTER').at(-1)?.headers.get('contact') ?? '')?.[1] ?? ''
    const lines = [
      `${method} ${contact} SIP/2.0`,
      `Via: SIP/2.0/WS edge.example;branch=z9hG4bK${call}${method === 'BYE' ? 'bye' : ''}${method === 'ACK' ? 'ack' : ''}`,
      'Max-Forwards: 69',
      `To: ${method === 'BYE' || method === 'ACK' ? (to?.headers.get('to') ?? '') : '<sip:ann@voice.example>'}`,
      'From: <sip:+8613800138000@voice.example>;tag=far',
      `Call-ID: ${call}`,
      `CSeq: ${cseq} ${method}`,
      ...more,
      `Content-Length: ${body.length}`,
    ]
    this.socket.ondata(lines.join(CRLF) + CRLF + CRLF + body)
  }

  private take(message: Sip): void {
    this.heard.push(message)
    if (!message.first.startsWith('REGISTER')) return
    const [status, more] = this.judge(message)
    const { headers } = message
    const copied = ['via', 'from', 'call-id', 'cseq'].map((name) => `${name}: ${headers.get(name) ?? ''}`)
    const lines = [`SIP/2.0 ${status} Reason`, ...copied, `To: ${headers.get('to') ?? ''};tag=edge`, ...more, 'Content-Length: 0']
    this.socket.ondata(lines.join(CRLF) + CRLF + CRLF)
  }

  private judge({ headers }: Sip): [number, string[]] {
    if (this.known === null) return [503, ['Retry-After: 10']]
    const challenge = ['WWW-Authenticate: Digest realm="voice.example", nonce="n", qop="auth"']
    const given = (name: string): string => new RegExp(`${name}="?([^",]+)`).exec(headers.get('authorization') ?? '')?.[1] ?? ''
    const password = this.known.get(given('username'))
    if (password === undefined) return [401, challenge]
    const first = md5(`${given('username')}:voice.example:${password}`)
    const wanted = md5(`${first}:n:${given(' nc')}:${given('cnonce')}:auth:${md5(`REGISTER:${given('uri')}`)}`)
    return given('response') === wanted ? [200, [`Contact: ${headers.get('contact') ?? ''}`]] : [401, challenge]
  }
}

/** What jsdom lacks of WebRTC, as far as a call's signalling needs it. */
export class FakePeer extends EventTarget {
  iceGatheringState = 'complete'
  iceConnectionState = 'new'
  signalingState = 'stable'
  localDescription: { type: string; sdp: string } | null = null
  static last: FakePeer
  readonly tones: string[] = []
  readonly sender = { dtmf: { toneBuffer: '', insertDTMF: (tones: string) => this.tones.push(tones) }, track: null as MediaStreamTrack | null }

  constructor() {
    super()
    FakePeer.last = this
  }
  addTrack(track: MediaStreamTrack): void {
    this.sender.track = track
  }
  getSenders(): unknown[] {
    return [this.sender]
  }
  setRemoteDescription(): Promise<void> {
    return Promise.resolve()
  }
  createAnswer(): Promise<object> {
    return Promise.resolve({ type: 'answer', sdp: 'v=0\r\n' })
  }
  setLocalDescription(description: { type: string; sdp: string }): Promise<void> {
    this.localDescription = description
    return Promise.resolve()
  }
  close(): void {
    this.signalingState = 'closed'
  }
  becomes(state: string): void {
    this.iceConnectionState = state
    this.dispatchEvent(new Event('iceconnectionstatechange'))
  }
}
