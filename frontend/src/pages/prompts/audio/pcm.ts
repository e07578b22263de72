/** Sound for telephones: mono, 8 kHz, samples from -1 to 1; as a WAV file of 16 bits. Pure. */

export const RATE = 8_000
export const LONGEST_S = 600
const HEAD = 44
/** A quieter peak is hard to understand beside a caller's own noise. */
const QUIET = 0.25
const LOUD = 0.9

export type Samples = Float32Array<ArrayBuffer>

/** A WAV file of the samples. */
export function toWav(samples: Samples): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD + samples.length * 2)
  const view = new DataView(bytes.buffer)
  const ascii = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at)
  ascii(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  ascii(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, RATE, true)
  view.setUint32(28, RATE * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  ascii(36, 'data')
  view.setUint32(40, samples.length * 2, true)
  samples.forEach((sample, at) => view.setInt16(HEAD + at * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true))
  return bytes
}

/** The loudest sample. */
export const peakOf = (samples: Samples): number => samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0)

/** Whether it should be made louder; silence has nothing to make louder. */
export const isQuiet = (samples: Samples): boolean => {
  const peak = peakOf(samples)
  return peak > 0.001 && peak < QUIET
}

/** The same, as loud as it can be without breaking up. */
export function louder(samples: Samples): Samples {
  const peak = peakOf(samples)
  return peak === 0 ? samples : samples.map((sample) => (sample / peak) * LOUD)
}

/** The loudest sample of each of `count` equal parts, to be drawn. */
export function peaksOf(samples: Samples, count: number): number[] {
  const width = Math.max(1, samples.length / count)
  return Array.from({ length: count }, (_one, at) => peakOf(samples.subarray(Math.floor(at * width), Math.floor((at + 1) * width))))
}
