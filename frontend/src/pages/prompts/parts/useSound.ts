import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, type RefObject } from 'react'
import type { PromptAudio } from '@/api/types'
import type { NewAudio } from '../api'
import { telephoneSamples } from '../audio/decode'
import { toWav, type Samples } from '../audio/pcm'

/** The samples of a sound; those of a stored one are fetched. Null while they are not here. */
export function useSamples(audio: PromptAudio | NewAudio): Samples | null {
  const url = audio.kind === 'new' ? '' : audio.url
  // The address holds the sound's hash: what is there never changes.
  const stored = useQuery({ queryKey: ['sound', url], queryFn: () => fetched(url), enabled: url !== '', staleTime: Infinity })
  return audio.kind === 'new' ? audio.samples : (stored.data ?? null)
}

async function fetched(url: string): Promise<Samples> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return telephoneSamples(await answer.arrayBuffer())
}

/** The player of a sound: at its own address, or at one of this page for what is not stored yet. */
export function usePlayer(audio: PromptAudio | NewAudio): RefObject<HTMLAudioElement | null> {
  const player = useRef<HTMLAudioElement>(null)
  const sound = audio.kind === 'new' ? audio.samples : audio.url
  useEffect(() => {
    if (player.current === null) return undefined
    const own = typeof sound === 'string' ? null : URL.createObjectURL(new Blob([toWav(sound)], { type: 'audio/wav' }))
    player.current.src = own ?? (sound as string)
    return () => {
      if (own !== null) URL.revokeObjectURL(own)
    }
  }, [sound])
  return player
}
