import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import type { Voicemail } from '@/api/types'
import { handle, reopen } from '../api'
import { voicemailWords } from '../locale'
import { useAct } from './useAct'

const NOTE_LENGTH = 500

/** What is done with a message: closed with a word on what came of it, or opened again. */
export function Acts({ voicemail }: { voicemail: Voicemail }) {
  const say = voicemailWords.useWords()
  const act = useAct()
  const [asking, setAsking] = useState(false)
  if (voicemail.state === 'handled') {
    return (
      <Button size="small" onClick={() => void act(() => reopen(voicemail.voicemail_id), say('reopen.done'))}>
        {say('reopen')}
      </Button>
    )
  }
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {say('handle')}
      </Button>
      {asking && <Outcome voicemail={voicemail} close={() => setAsking(false)} />}
    </>
  )
}

function Outcome({ voicemail, close }: { voicemail: Voicemail; close: () => void }) {
  const say = voicemailWords.useWords()
  const act = useAct()
  const [note, setNote] = useState(voicemail.note)
  const done = (): void => {
    close()
    void act(() => handle(voicemail.voicemail_id, note.trim()), say('handle.done'))
  }
  return (
    <Modal open title={say('handle.title')} okText={say('handle')} onOk={done} onCancel={close} width={420}>
      <Input.TextArea autoFocus rows={3} maxLength={NOTE_LENGTH} value={note} aria-label={say('handle.note')} placeholder={say('handle.note')} onChange={(event) => setNote(event.target.value)} />
    </Modal>
  )
}
