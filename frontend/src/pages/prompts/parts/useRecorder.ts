import { useEffect, useRef, useState } from 'react'
import { closeMicrophone, openMicrophone } from '@/phone/microphone'
import { PhoneError } from '@/phone/softphone'
import { LONGEST_S } from '../audio/pcm'
import { promptWords } from '../locale'

export interface Recorder {
  /** When it began (ms of the page's clock), null while nothing is recorded. */
  since: number | null
  seconds: number
  toggle: () => void
}

/** Records from the microphone, at most as long as a prompt may be; what was recorded goes to `done`. */
export function useRecorder(done: (sound: Blob) => void, refused: (why: string) => void): Recorder {
  const say = promptWords.useWords()
  const [since, setSince] = useState<number | null>(null)
  const [seconds, setSeconds] = useState(0)
  const recorder = useRef<MediaRecorder | null>(null)
  const stop = (): void => recorder.current?.stop()

  useEffect(() => {
    if (since === null) return undefined
    const timer = setInterval(() => {
      const elapsed = (performance.now() - since) / 1000
      setSeconds(Math.floor(elapsed))
      if (elapsed >= LONGEST_S) stop()
    }, 250)
    return () => clearInterval(timer)
  }, [since])
  // Who leaves the page is not recorded any longer.
  useEffect(() => () => recorder.current?.stream.getTracks().forEach((track) => track.stop()), [])

  const begin = async (): Promise<void> => {
    try {
      const stream = await openMicrophone()
      const made = new MediaRecorder(stream)
      const parts: Blob[] = []
      made.ondataavailable = ({ data }) => parts.push(data)
      made.onstop = () => {
        closeMicrophone(stream)
        setSince(null)
        done(new Blob(parts, { type: made.mimeType }))
      }
      recorder.current = made
      made.start()
      setSeconds(0)
      setSince(performance.now())
    } catch (failure) {
      refused(say(failure instanceof PhoneError && failure.code === 'microphone' ? 'problem.microphone' : 'problem.no_microphone'))
    }
  }
  return { since, seconds, toggle: () => (since === null ? void begin() : stop()) }
}
