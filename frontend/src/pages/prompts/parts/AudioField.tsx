import { AudioOutlined, BorderOutlined, SoundOutlined, UploadOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useContext, useRef, useState } from 'react'
import DisabledContext from 'antd/es/config-provider/DisabledContext'
import type { PromptAudio } from '@/api/types'
import { duration } from '@/parts/format'
import { lengthOf, type Language, type NewAudio } from '../api'
import { DecodeError, telephoneSamples } from '../audio/decode'
import { isQuiet, LONGEST_S, louder } from '../audio/pcm'
import { promptWords } from '../locale'
import { useRecorder } from './useRecorder'
import { Wave } from './Wave'
import { usePlayer, useSamples } from './useSound'

interface Props {
  language: Language
  value: PromptAudio | NewAudio | null
  onChange: (audio: NewAudio) => void
}

const ACCEPTED = 'audio/*,.wav,.mp3,.m4a,.ogg,.aac,.flac'

/** A recording: from a file or from the microphone, to be heard before it is saved. */
export function AudioField({ language, value, onChange }: Props) {
  const say = promptWords.useWords()
  const readOnly = useContext(DisabledContext)
  const file = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const take = async (data: Blob, name: string): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      onChange({ kind: 'new', name, samples: await telephoneSamples(await data.arrayBuffer()) })
    } catch (failure) {
      setProblem(say(`problem.${failure instanceof DecodeError ? failure.reason : 'unreadable'}`))
    } finally {
      setBusy(false)
    }
  }
  const recorder = useRecorder((sound) => void take(sound, ''), setProblem)
  const name = say(language)
  return (
    <div className="prompt-audio">
      {value && <Heard audio={value} name={name} onChange={onChange} />}
      {problem !== null && <Alert type="error" showIcon role="alert" title={problem} />}
      {!readOnly && (
        <div className="row">
          <input ref={file} type="file" style={{ display: 'none' }} accept={ACCEPTED} aria-label={`${name} ${say('upload')}`} onChange={(event) => {
            const [chosen] = event.target.files ?? []
            event.target.value = ''
            if (chosen) void take(chosen, chosen.name.slice(0, 200))
          }} />
          <Button icon={<UploadOutlined />} loading={busy} disabled={recorder.since !== null || undefined} onClick={() => file.current?.click()}>
            {say(value ? 'upload.other' : 'upload')}
          </Button>
          <Button icon={recorder.since === null ? <AudioOutlined /> : <BorderOutlined />} danger={recorder.since !== null} disabled={busy || undefined} onClick={recorder.toggle} className="prompt-record">
            {say(recorder.since === null ? 'record' : 'record.stop')}
          </Button>
          <span className="quiet" role="status">
            {recorder.since === null ? say('upload.hint') : say('record.on', { elapsed: duration(recorder.seconds), limit: LONGEST_S / 60 })}
          </span>
        </div>
      )}
    </div>
  )
}

/** The wave form, the sound, and what can be done when it is too quiet. */
function Heard({ audio, name, onChange }: { audio: PromptAudio | NewAudio; name: string; onChange: (audio: NewAudio) => void }) {
  const say = promptWords.useWords()
  const samples = useSamples(audio)
  const player = usePlayer(audio)
  const length = duration(Math.max(1, Math.round(lengthOf(audio))))
  return (
    <>
      <Wave samples={samples} label={say('wave', { name, length })} />
      <div className="row">
        <audio ref={player} controls aria-label={say('hear', { name })} />
        <span className="figures">{length}</span>
        <span className="quiet grow prompt-file" title={audio.name}>{audio.name || say('recorded')}</span>
        {audio.kind === 'new' && <strong>{say('unsaved')}</strong>}
      </div>
      {audio.kind === 'new' && isQuiet(audio.samples) && (
        <Alert type="warning" showIcon title={say('quiet')} action={
          <Button size="small" icon={<SoundOutlined />} onClick={() => onChange({ ...audio, samples: louder(audio.samples) })}>
            {say('louder')}
          </Button>
        } />
      )}
    </>
  )
}
