import { useMemo } from 'react'
import { peaksOf, type Samples } from '../audio/pcm'

const BARS = 160
const HEIGHT = 48

/** The loudness of a sound along its length. */
export function Wave({ samples, label }: { samples: Samples | null; label: string }) {
  const path = useMemo(() => (samples === null ? '' : drawn(peaksOf(samples, BARS))), [samples])
  return (
    <svg className="prompt-wave" viewBox={`0 0 ${BARS * 3} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path d={path} />
    </svg>
  )
}

const drawn = (peaks: number[]): string =>
  peaks
    .map((peak, at) => {
      const half = Math.max(0.5, (peak * HEIGHT) / 2)
      return `M${at * 3 + 1} ${HEIGHT / 2 - half}v${half * 2}`
    })
    .join('')
