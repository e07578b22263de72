import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTopic } from '@/live/live'
import { live } from '@/live/store'
import { countUnheard, readAgain, VOICEMAILS } from '@/live/voicemails'
import { appWords } from '../locale'

const MOST = 99

/** How many messages nobody has heard, beside the menu's entry; it stands there always, so it has lists read again as well. */
export function UnheardBadge() {
  const say = appWords.useWords()
  const told = live((state) => state.entities.voicemail)
  useTopic(VOICEMAILS, readAgain)
  useEffect(() => {
    if (told.size > 0) void readAgain()
  }, [told])
  const { data: count = 0 } = useQuery({ queryKey: [VOICEMAILS, 'unheard'], queryFn: countUnheard })
  return (
    <span role="status" className={count > 0 ? 'menu-badge figures' : undefined} aria-label={count > 0 ? say('unheard', { count }) : undefined}>
      {count > MOST ? `${MOST}+` : count > 0 ? count : null}
    </span>
  )
}
