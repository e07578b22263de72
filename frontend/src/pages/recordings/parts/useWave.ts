import { useEffect, useRef, useState, type RefObject } from 'react'
import WaveSurfer from 'wavesurfer.js'
import type { Recording } from '@/api/types'
import { useThemeName } from '@/app/theme'
import { audioAddress } from '../api'

export interface Wave {
  ready: boolean
  playing: boolean
  /** Seconds. */
  at: number
  length: number
  error: unknown
  toggle: () => void
  seek: (seconds: number) => void
  speed: (rate: number) => void
}

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function looks(channels: number) {
  const customer = { waveColor: colour('--reserved'), progressColor: colour('--ink-3') }
  const agent = { waveColor: colour('--brand'), progressColor: colour('--ink-3') }
  return channels > 1 ? { splitChannels: [customer, agent], height: 80 } : { ...agent, height: 160 }
}

/** The wave form of a recording: fetched once it is shown, let go when it is not. */
/** `box`: where it is drawn. */
export function useWave({ recording_id, channels, duration_s }: Recording, box: RefObject<HTMLDivElement | null>): Wave {
  const wave = useRef<WaveSurfer | null>(null)
  const [state, setState] = useState({ ready: false, playing: false, at: 0, length: duration_s ?? 0, error: null as unknown })
  const theme = useThemeName()

  useEffect(() => {
    if (box.current === null) return undefined
    const put = (part: Partial<typeof state>): void => setState((held) => ({ ...held, ...part }))
    const surfer = WaveSurfer.create({
      container: box.current,
      cursorColor: colour('--ink'),
      cursorWidth: 2,
      barWidth: 2,
      barGap: 1,
      normalize: true,
      ...looks(channels ?? 1),
    })
    wave.current = surfer
    surfer.on('ready', (length) => put({ ready: true, length }))
    surfer.on('timeupdate', (at) => put({ at }))
    surfer.on('play', () => put({ playing: true }))
    surfer.on('pause', () => put({ playing: false }))
    surfer.on('error', (error) => put({ error }))
    void audioAddress(recording_id, false)
      .then(({ url }) => (wave.current === surfer ? surfer.load(url) : undefined))
      .catch((error: unknown) => put({ error }))
    return () => {
      wave.current = null
      surfer.destroy()
      put({ ready: false, playing: false, at: 0, error: null })
    }
  }, [recording_id, channels, theme, box])

  return {
    ...state,
    toggle: () => void wave.current?.playPause(),
    seek: (seconds) => wave.current?.setTime(Math.min(Math.max(0, seconds), state.length)),
    speed: (rate) => wave.current?.setPlaybackRate(rate, true),
  }
}
