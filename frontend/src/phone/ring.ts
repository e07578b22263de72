/** The ring tone: two soft notes, one second on and two off, made by WebAudio. Silent where the browser forbids sound. */
const NOTES = [587.33, 880]
const PERIOD_S = 3

let context: AudioContext | null = null
let timer: ReturnType<typeof setInterval> | undefined

function note(audio: AudioContext, frequency: number, at: number): void {
  const tone = audio.createOscillator()
  const gain = audio.createGain()
  tone.type = 'sine'
  tone.frequency.value = frequency
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.18, at + 0.03)
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.45)
  tone.connect(gain).connect(audio.destination)
  tone.start(at)
  tone.stop(at + 0.5)
}

function once(audio: AudioContext): void {
  for (const beat of [0, 0.5]) NOTES.forEach((frequency, at) => note(audio, frequency, audio.currentTime + beat + at * 0.16))
}

/** Browsers allow sound after a gesture; called by the first click or key, so that the first caller is heard. */
export function allowSound(): void {
  context ??= typeof AudioContext === 'undefined' ? null : new AudioContext()
  if (context?.state === 'suspended') void context.resume().catch(() => undefined)
}

export function startRinging(): void {
  allowSound()
  const audio = context
  if (audio === null || timer !== undefined) return
  once(audio)
  timer = setInterval(() => once(audio), PERIOD_S * 1000)
}

export function stopRinging(): void {
  clearInterval(timer)
  timer = undefined
}
