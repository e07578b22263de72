import { BackwardOutlined, CaretRightFilled, DownloadOutlined, ForwardOutlined, PauseOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button, Segmented, Tooltip } from 'antd'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useMay } from '@/api/session'
import type { Recording } from '@/api/types'
import { ErrorNotice, textOf } from '@/parts/ErrorNotice'
import { useChoices } from '@/parts/fields/choices'
import { duration } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { audioAddress } from '../api'
import { recordingWords } from '../locale'
import { lanesOf } from './segments'
import { useWave, type Wave } from './useWave'

const STEP_S = 5
const SPEEDS = [0.75, 1, 1.25, 1.5, 2]

/** Plays a recording: customer above, agent below, with who spoke when. */
export function Player({ recording }: { recording: Recording }) {
  const say = recordingWords.useWords()
  const box = useRef<HTMLDivElement>(null)
  const wave = useWave(recording, box)
  const keys = (event: KeyboardEvent): void => {
    const run = { ' ': wave.toggle, ArrowLeft: () => wave.seek(wave.at - STEP_S), ArrowRight: () => wave.seek(wave.at + STEP_S) }[event.key]
    if (run === undefined) return
    event.preventDefault()
    run()
  }
  if (wave.error !== null) return <ErrorNotice error={wave.error} />
  return (
    <div className="player">
      <div className="player-body">
        <div className="player-labels" aria-hidden>
          {(recording.channels ?? 1) > 1 ? (
            <>
              <span className="player-customer">{say('channel.customer')}</span>
              <span className="player-agent">{say('channel.agent')}</span>
            </>
          ) : (
            <span className="player-agent">{say(recording.kind === 'voicemail' ? 'channel.customer' : 'channel.both')}</span>
          )}
        </div>
        <div className="player-wave" ref={box} role="application" tabIndex={0} aria-label={say('wave')} onKeyDown={keys}>
          {!wave.ready && <span className="player-loading">{say('loading')}</span>}
        </div>
        <Lanes recording={recording} wave={wave} />
      </div>
      <Controls recording={recording} wave={wave} />
    </div>
  )
}

function Lanes({ recording, wave }: { recording: Recording; wave: Wave }) {
  const say = recordingWords.useWords()
  const agents = useChoices('agent')
  const lanes = lanesOf(recording.segments, wave.length * 1000)
  if (lanes.length === 0) return null
  return (
    <>
      <span className="player-lane-label">{say('segments')}</span>
      <div className="player-lane">
        {lanes.map((lane) => {
          const name = agents.nameOf(lane.agent_id)
          const text = say('segment', { name, from: duration(lane.from_ms / 1000), to: duration(lane.to_ms / 1000) })
          return (
            <button
              type="button"
              key={`${lane.agent_id}${lane.from_ms}`}
              style={{ left: `${lane.left}%`, width: `${lane.width}%` }}
              title={text}
              aria-label={text}
              onClick={() => wave.seek(lane.from_ms / 1000)}
            >
              {name}
            </button>
          )
        })}
      </div>
    </>
  )
}

function Controls({ recording, wave }: { recording: Recording; wave: Wave }) {
  const say = recordingWords.useWords()
  const [rate, setRate] = useState(1)
  const mayDownload = useMay('recordings.download')
  return (
    <div className="player-foot">
      <Tooltip title={say('back')}>
        <Button icon={<BackwardOutlined />} aria-label={say('back')} disabled={!wave.ready} onClick={() => wave.seek(wave.at - STEP_S)} />
      </Tooltip>
      <Button
        type="primary"
        icon={wave.playing ? <PauseOutlined /> : <CaretRightFilled />}
        disabled={!wave.ready}
        onClick={wave.toggle}
        style={{ minWidth: 96 }}
      >
        {say(wave.playing ? 'pause' : 'play')}
      </Button>
      <Tooltip title={say('forward')}>
        <Button icon={<ForwardOutlined />} aria-label={say('forward')} disabled={!wave.ready} onClick={() => wave.seek(wave.at + STEP_S)} />
      </Tooltip>
      <span className="player-time figures">
        {duration(Math.floor(wave.at))} / {duration(wave.length)}
      </span>
      <span className="quiet">{say('speed')}</span>
      <Segmented<number>
        aria-label={say('speed')}
        options={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
        value={rate}
        onChange={(next) => {
          setRate(next)
          wave.speed(next)
        }}
      />
      <span className="quiet grow" style={{ textAlign: 'right' }}>
        {say('keys')}
      </span>
      {mayDownload && <Download recording={recording} />}
    </div>
  )
}

function Download({ recording }: { recording: Recording }) {
  const say = recordingWords.useWords()
  const sayPart = partWords.useWords()
  const { message } = App.useApp()
  const run = useMutation({
    mutationFn: () => audioAddress(recording.recording_id, true),
    onSuccess: ({ url }) => Object.assign(document.createElement('a'), { href: url, download: recording.file_name ?? '' }).click(),
    onError: (error) => void message.error(textOf(error, sayPart)),
  })
  return (
    <Button icon={<DownloadOutlined />} loading={run.isPending} onClick={() => run.mutate()}>
      {say('download')}
    </Button>
  )
}
