import { AudioOutlined, PauseCircleFilled } from '@ant-design/icons'
import { Button } from 'antd'
import type { Call } from '@/api/types'
import { useOwn } from '@/live/useLive'
import { Timer } from '@/parts/Timer'
import { pauseRecording, resumeRecording, startRecording, stopRecording } from '../commands'
import { keyText } from '../keys'
import { barWords } from '../locale'
import { useBusy, useCommand } from '../useCommand'

/** Pausing, starting and stopping the recording, where the group lets its agents; beside the disposition, on every page. */
export function RecordingControl() {
  const { call, leg } = useOwn()
  const recording = call?.recording ?? null
  if (recording === null || leg?.state !== 'joined' || recording.control === 'none') return null
  return <Controls recording={recording} />
}

function Controls({ recording }: { recording: NonNullable<Call['recording']> }) {
  const say = barWords.useWords()
  const command = useCommand()
  const busy = useBusy('recording')
  const run = (what: string, act: () => Promise<void>): void => void command('recording', what, act)
  const manual = recording.control === 'manual'
  const button = (word: 'recording.pause' | 'recording.resume' | 'recording.start' | 'recording.stop', act: () => Promise<void>, title?: string) => (
    <Button size="small" disabled={busy} title={title} data-recording-act={word} onClick={() => run(say(word), act)}>
      {say(word)}
    </Button>
  )
  if (recording.state === 'off' && !manual) return null
  return (
    <div className="recording-control" data-recording={recording.state} role="group" aria-label={say('recording.title')}>
      <span className={`recording-state ${recording.state}`} role="status">
        {recording.state === 'paused' ? <PauseCircleFilled aria-hidden /> : <AudioOutlined aria-hidden />} {say(`recording.${recording.state}`)}
        {recording.state === 'paused' && recording.pause_until !== null && <Timer until={recording.pause_until} />}
      </span>
      {recording.state === 'on' && button('recording.pause', pauseRecording, keyText('record'))}
      {recording.state === 'paused' && button('recording.resume', resumeRecording, keyText('record'))}
      {recording.state === 'off' && button('recording.start', startRecording)}
      {recording.state !== 'off' && manual && button('recording.stop', stopRecording)}
    </div>
  )
}
