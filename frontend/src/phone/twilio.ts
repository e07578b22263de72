import type { Call, Device } from '@twilio/voice-sdk'
import type { PhoneToken } from '@/api/types'
import { inTime } from './inTime'
import { PhoneError, type PhoneListener, type Softphone } from './softphone'

/** The provider's browser SDK behind our interface. Its code is fetched when this module is. */
export class TwilioPhone implements Softphone {
  readonly resumes = false
  private device: Device | null = null
  private call: Call | null = null

  constructor(
    private readonly edge: string | null,
    private readonly listener: PhoneListener,
  ) {}

  async register({ token }: PhoneToken): Promise<void> {
    const sdk = await import('@twilio/voice-sdk')
    if (this.device !== null) {
      this.device.updateToken(token)
      if (this.device.state === sdk.Device.State.Unregistered) await inTime(this.device.register(), 'phone_silent')
      return
    }
    this.listener.event({ type: 'registering' })
    this.device = new sdk.Device(token, {
      ...(this.edge !== null && { edge: this.edge }),
      codecPreferences: [sdk.Call.Codec.Opus, sdk.Call.Codec.PCMU],
      closeProtection: true,
      maxCallSignalingTimeoutMs: 30_000,
      disableAudioContextSounds: true,
    })
    this.listen(this.device)
    await inTime(this.device.register(), 'phone_silent')
  }

  accept(): Promise<void> {
    const { call } = this
    if (call === null) return Promise.reject(new PhoneError('call_gone', ''))
    const accepted = new Promise<void>((resolve, reject) => {
      call.once('accept', () => resolve())
      call.once('cancel', () => reject(new PhoneError('call_gone', '')))
      call.once('error', (error: Error) => reject(new PhoneError('microphone', error.message)))
    })
    call.accept()
    return inTime(accepted, 'phone_silent')
  }

  reject(): void {
    this.call?.reject()
  }

  hangUp(): void {
    this.call?.disconnect()
  }

  mute(muted: boolean): void {
    this.call?.mute(muted)
  }

  digits(digits: string): void {
    this.call?.sendDigits(digits)
  }

  close(): void {
    this.device?.destroy()
    this.device = null
    this.listener.event({ type: 'off' })
  }

  private listen(device: Device): void {
    device.on('registered', () => this.listener.event({ type: 'registered' }))
    device.on('unregistered', () => this.listener.event({ type: 'unregistered' }))
    device.on('tokenWillExpire', () => this.listener.tokenWanted())
    device.on('incoming', (call: Call) => this.ring(call))
    device.on('error', (error: { code: number; message: string }) => {
      this.listener.event({ type: 'failed', code: String(error.code), detail: error.message })
      if (error.code === 20104 || error.code === 20101) this.listener.tokenWanted()
    })
  }

  private ring(call: Call): void {
    const sid = call.parameters.CallSid ?? ''
    this.call = call
    const over = (type: 'canceled' | 'disconnected') => () => {
      if (this.call === call) this.call = null
      this.listener.event({ type, sid })
    }
    call.on('accept', () => this.listener.event({ type: 'accepted', sid }))
    call.on('mute', (muted: boolean) => this.listener.event({ type: 'muted', sid, muted }))
    call.on('cancel', over('canceled'))
    call.on('reject', over('canceled'))
    call.on('disconnect', over('disconnected'))
    const parameters = Object.fromEntries(call.customParameters)
    this.listener.event({ type: 'incoming', sid, from: call.parameters.From ?? '', parameters })
  }
}
