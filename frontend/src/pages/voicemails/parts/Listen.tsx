import { CaretRightFilled } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import type { Voicemail } from '@/api/types'
import { textOf } from '@/parts/ErrorNotice'
import { partWords } from '@/parts/locale'
import { nationalNumber } from '@/parts/numbers'
import { readAgain } from '@/live/voicemails'
import { listen } from '../api'
import { voicemailWords } from '../locale'

/** A message to hear; its address is asked for when somebody listens, since that is what counts as hearing it. */
export function Listen({ voicemail }: { voicemail: Voicemail }) {
  const say = voicemailWords.useWords()
  if (voicemail.audio === 'deleted' || voicemail.audio === 'failed') return <span className="quiet voicemail-audio">{say(`audio.${voicemail.audio}`)}</span>
  if (voicemail.audio !== 'stored') return <span className="quiet voicemail-audio">{say('audio.coming')}</span>
  return <Sound voicemail={voicemail} />
}

function Sound({ voicemail }: { voicemail: Voicemail }) {
  const say = voicemailWords.useWords()
  const sayPart = partWords.useWords()
  const { message } = App.useApp()
  const hear = useMutation({
    mutationFn: () => listen(voicemail.voicemail_id),
    onSuccess: readAgain,
    onError: (error) => void message.error(textOf(error, sayPart)),
  })
  const what = say('listen', { number: nationalNumber(voicemail.number) })
  return (
    <span className="voicemail-audio">
      {hear.data === undefined ? (
        <Button size="small" icon={<CaretRightFilled />} aria-label={what} loading={hear.isPending} onClick={() => hear.mutate()}>
          {say('listen.short')}
        </Button>
      ) : (
        // An address that has run out gives its place back to the button, which asks for another.
        <audio controls autoPlay src={hear.data} aria-label={what} onError={() => hear.reset()} />
      )}
    </span>
  )
}
