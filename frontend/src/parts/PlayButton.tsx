import { CaretRightFilled, PauseOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { partWords } from './locale'

let playing: HTMLAudioElement | null = null

/** Plays a sound, or stops it; another one that plays falls silent. Who may change nothing may still listen. `what`: what one hears, for who cannot see. */
export function PlayButton({ url, what, text }: { url: string; what: string; text?: string }) {
  const say = partWords.useWords()
  const { message } = App.useApp()
  const [on, setOn] = useState(false)
  const sound = useRef<HTMLAudioElement | null>(null)
  useEffect(() => () => sound.current?.pause(), [url])
  const toggle = (): void => {
    if (on) {
      sound.current?.pause()
      return
    }
    playing?.pause()
    const audio = new Audio(url)
    sound.current = playing = audio
    audio.onpause = audio.onended = () => setOn(false)
    setOn(true)
    audio.play().catch((failure: unknown) => {
      setOn(false)
      // Stopped before it began is what was asked for.
      if (!(failure instanceof DOMException && failure.name === 'AbortError')) void message.error(say('play.failed'))
    })
  }
  const label = say(on ? 'play.stop' : 'play.start', { what })
  return (
    <Button size="small" disabled={false} icon={on ? <PauseOutlined /> : <CaretRightFilled />} aria-label={label} title={label} onClick={(event) => (event.stopPropagation(), toggle())}>
      {text}
    </Button>
  )
}
