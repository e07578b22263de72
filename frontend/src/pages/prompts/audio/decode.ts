import { LONGEST_S, RATE, type Samples } from './pcm'

export type DecodeReason = 'unreadable' | 'too_long' | 'empty'

/** A sound that cannot become a prompt. */
export class DecodeError extends Error {
  readonly reason: DecodeReason

  constructor(reason: DecodeReason) {
    super(reason)
    this.reason = reason
  }
}

/** Whatever the browser can decode (WAV, MP3, M4A, OGG …), mixed to mono at 8 kHz. Errors: DecodeError. */
export async function telephoneSamples(data: ArrayBuffer): Promise<Samples> {
  const sound = await decoded(data)
  if (sound.duration > LONGEST_S) throw new DecodeError('too_long')
  const length = Math.floor(sound.duration * RATE)
  if (length === 0) throw new DecodeError('empty')
  const context = new OfflineAudioContext(1, length, RATE)
  const source = context.createBufferSource()
  source.buffer = sound
  source.connect(context.destination)
  source.start()
  const rendered = await context.startRendering()
  return rendered.getChannelData(0)
}

async function decoded(data: ArrayBuffer): Promise<AudioBuffer> {
  try {
    // At a rate that keeps what the file has: the mixing down to 8 kHz filters properly.
    return await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(data)
  } catch {
    throw new DecodeError('unreadable')
  }
}

/** SHA-256 as hex. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
