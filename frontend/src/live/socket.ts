import { noteServerTime } from './clock'
import type { Pulse } from '@/api/types'
import type { EntityMessage } from './entities'

interface Entity extends EntityMessage {
  type: 'entity'
}
type FromServer =
  | Entity
  | { type: 'subscribed'; topics: string[] }
  | { type: 'pong'; server_time: number; pulse: Pulse | null }
  | { type: 'refused'; topic: string; code: string }

/** What the socket needs from outside, so that tests can stand in for it. */
export interface Wiring {
  /** Address with a fresh one-use ticket. */
  address: () => Promise<string>
  open: (address: string) => WebSocket
  after: (delay: number, run: () => void) => () => void
  random: () => number
  /** What a ping carries besides: an agent's is the heartbeat of his phone. */
  beat: () => { phone_ready?: boolean }
}

export interface Listener {
  entities: (messages: EntityMessage[]) => void
  /** Topics answer from now on: the time to fetch their snapshots. */
  subscribed: (topics: string[]) => void
  connection: (state: 'connecting' | 'open' | 'lost') => void
  pulse: (pulse: Pulse) => void
}

export const PING_MS = 20_000
const PONG_MS = 8_000
const OPEN_MS = 10_000
const FIRST_MS = 500
const LONGEST_MS = 15_000

/** Delay before the n-th attempt: doubling, capped, with jitter, so that a floor does not come back in one instant. */
export function backoff(attempt: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.5 + random / 2)
}

/** A connection to the event stream that stays: it notices silence, comes back with jitter and subscribes again. */
export class LiveSocket {
  private socket: WebSocket | null = null
  private topics = new Set<string>()
  private attempt = 0
  private stopped = true
  private cancel: () => void = () => undefined

  constructor(
    private readonly wiring: Wiring,
    private readonly listener: Listener,
  ) {}

  start(): void {
    if (!this.stopped) return
    this.stopped = false
    void this.connect()
  }

  stop(): void {
    this.stopped = true
    this.cancel()
    this.drop()
  }

  subscribe(topic: string): void {
    if (this.topics.has(topic)) return
    this.topics.add(topic)
    this.send({ action: 'subscribe', topics: [topic] })
  }

  unsubscribe(topic: string): void {
    if (this.topics.delete(topic)) this.send({ action: 'unsubscribe', topics: [topic] })
  }

  /** After sleep, a change of network, or the page being looked at again: is the line still there? */
  check(): void {
    if (this.stopped) return
    if (this.socket?.readyState === WebSocket.OPEN) this.ping()
    else if (this.socket?.readyState !== WebSocket.CONNECTING) this.again(0)
  }

  /** The browser says that the network is gone: said at once, without waiting for silence. */
  interrupted(): void {
    if (!this.stopped) this.lost()
  }

  private async connect(): Promise<void> {
    this.cancel = this.wiring.after(OPEN_MS, () => this.lost())
    try {
      const address = await this.wiring.address()
      if (!this.isStopped()) this.listen(this.wiring.open(address))
    } catch {
      this.lost()
    }
  }

  // A method, so that the compiler does not take the answer of before an await for the answer after it.
  private isStopped(): boolean {
    return this.stopped
  }

  private listen(socket: WebSocket): void {
    this.drop()
    this.socket = socket
    const mine = (run: () => void) => () => {
      if (this.socket === socket) run()
    }
    socket.onopen = mine(() => this.opened())
    socket.onclose = mine(() => this.lost())
    socket.onerror = mine(() => this.lost())
    socket.onmessage = (event: MessageEvent<string>) => mine(() => this.heard(event.data))()
  }

  private opened(): void {
    this.cancel()
    this.attempt = 0
    this.listener.connection('open')
    if (this.topics.size > 0) this.send({ action: 'subscribe', topics: [...this.topics] })
    // At once: a break may have cost a beat already, and the phone's lease does not survive three.
    this.ping()
  }

  private heard(text: string): void {
    const parsed: unknown = JSON.parse(text)
    for (const message of (Array.isArray(parsed) ? parsed : [parsed]) as FromServer[]) {
      if (message.type === 'entity') this.listener.entities([message])
      else if (message.type === 'subscribed') this.listener.subscribed(message.topics)
      else if (message.type === 'pong') this.ponged(message.server_time, message.pulse)
      else this.topics.delete(message.topic)
    }
  }

  private ping(): void {
    this.cancel()
    this.send({ action: 'ping', ...this.wiring.beat() })
    this.cancel = this.wiring.after(PONG_MS, () => this.lost())
  }

  private ponged(serverTime: number, pulse: Pulse | null): void {
    noteServerTime(serverTime)
    this.cancel()
    this.cancel = this.wiring.after(PING_MS, () => this.ping())
    if (pulse) this.listener.pulse(pulse)
  }

  private lost(): void {
    this.drop()
    if (this.stopped) return
    this.listener.connection('lost')
    this.again(backoff(this.attempt++, this.wiring.random()))
  }

  private again(delay: number): void {
    this.cancel()
    this.cancel = this.wiring.after(delay, () => void this.connect())
  }

  private drop(): void {
    const { socket } = this
    this.socket = null
    socket?.close()
  }

  private send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }
}
