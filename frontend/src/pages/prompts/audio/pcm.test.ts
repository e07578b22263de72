import { expect, test } from 'vitest'
import { isQuiet, louder, peakOf, peaksOf, RATE, toWav } from './pcm'

const samples = (...values: number[]) => new Float32Array(values)

test('a WAV file says what it is and holds every sample', () => {
  const wav = toWav(samples(0, 1, -1, 2))
  const view = new DataView(wav.buffer)
  const text = (from: number, to: number): string => new TextDecoder().decode(wav.slice(from, to))
  expect([text(0, 4), text(8, 16), text(36, 40)]).toEqual(['RIFF', 'WAVEfmt ', 'data'])
  expect([view.getUint32(4, true) + 8, view.getUint32(40, true)]).toEqual([wav.length, 8])
  expect([20, 22, 32, 34].map((at) => view.getUint16(at, true))).toEqual([1, 1, 2, 16])
  expect([view.getUint32(24, true), view.getUint32(28, true)]).toEqual([RATE, RATE * 2])
  expect([44, 46, 48, 50].map((at) => view.getInt16(at, true))).toEqual([0, 32_767, -32_767, 32_767])
})

test('what is quiet is made loud, without changing its shape; silence is left alone', () => {
  const quiet = samples(0.1, -0.05)
  expect(isQuiet(quiet)).toBe(true)
  const loud = louder(quiet)
  expect(peakOf(loud)).toBeCloseTo(0.9)
  expect((loud[1] ?? 0) / (loud[0] ?? 1)).toBeCloseTo(-0.5)
  expect(isQuiet(loud)).toBe(false)
  expect(isQuiet(samples(0, 0))).toBe(false)
  expect([...louder(samples(0, 0))]).toEqual([0, 0])
})

test('a wave form has as many parts as were asked for', () => {
  expect(peaksOf(samples(0, 0.5, -1, 0.25), 2)).toEqual([0.5, 1])
  expect(peaksOf(samples(0.5), 3)).toEqual([0.5, 0, 0])
})
