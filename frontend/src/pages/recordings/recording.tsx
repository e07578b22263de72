import '@/parts/form/form.css'
import './recordings.css'
import { useQuery } from '@tanstack/react-query'
import { Alert, Descriptions, Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import { useParams } from 'react-router'
import { useMay } from '@/api/session'
import type { Recording } from '@/api/types'
import { useTabTitle } from '@/app/useTab'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { useChoices } from '@/parts/fields/choices'
import { duration } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { nationalNumber } from '@/parts/numbers'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { TimeText } from '@/parts/TimeText'
import { readRecording } from './api'
import { recordingWords } from './locale'
import { isUnderWay } from './parts/underWay'

const Player = lazy(() => import('./parts/Player').then((module) => ({ default: module.Player })))

const REFRESH_MS = 3_000

export function RecordingPage() {
  const say = recordingWords.useWords()
  const { recording_id = '' } = useParams()
  const found = useQuery({
    queryKey: ['recordings', 'one', recording_id],
    queryFn: () => readRecording(recording_id),
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? REFRESH_MS : false),
  })
  const recording = found.data
  const customer = recording && (recording.direction === 'outbound' ? recording.callee : recording.caller)
  const heading = customer === undefined ? undefined : say('heading', { number: nationalNumber(customer) })
  useTabTitle(heading)
  if (found.isError && recording === undefined) {
    return (
      <div className="record">
        <ErrorNotice error={found.error} retry={() => void found.refetch()} />
      </div>
    )
  }
  if (recording === undefined) return <Skeleton active className="record" />
  return (
    <div className="record recording">
      <h1>{heading}</h1>
      <Sound recording={recording} />
      <Facts recording={recording} />
    </div>
  )
}

function Sound({ recording }: { recording: Recording }) {
  const say = recordingWords.useWords()
  const mayPlay = useMay('recordings.play')
  if (isUnderWay(recording)) return <Alert type="info" showIcon title={say('not_yet')} role="status" />
  if (recording.state === 'failed') return <Alert type="error" showIcon title={say('failed')} />
  if (recording.state === 'deleted') return <Alert type="info" showIcon title={say('deleted')} />
  if (!mayPlay) return <Alert type="info" showIcon title={say('no_play')} />
  return (
    <Suspense fallback={<Skeleton active paragraph={{ rows: 4 }} />}>
      <Player recording={recording} />
    </Suspense>
  )
}

function Facts({ recording }: { recording: Recording }) {
  const say = recordingWords.useWords()
  const sayPart = partWords.useWords()
  const agents = useChoices('agent')
  const groups = useChoices('group')
  const items = [
    { key: 'time', label: say('time'), children: <TimeText at={recording.started_at} /> },
    { key: 'duration', label: say('duration'), children: duration(recording.duration_s) },
    { key: 'kind', label: say('kind'), children: `${say(`kind.${recording.kind}`)} · ${sayPart(`direction.${recording.direction}`)}` },
    { key: 'state', label: say('state'), children: say(`state.${recording.state}`) },
    { key: 'caller', label: say('caller'), children: <PhoneNumber number={recording.caller} /> },
    { key: 'callee', label: say('callee'), children: <PhoneNumber number={recording.callee} /> },
    { key: 'agents', label: say('agents'), children: recording.agent_ids.map(agents.nameOf).join('、') || '—' },
    { key: 'group', label: say('group'), children: groups.nameOf(recording.group_id) },
    { key: 'call', label: say('call'), children: recording.call_id },
    { key: 'file', label: say('file'), children: recording.file_name ?? '—' },
    { key: 'sha256', label: say('sha256'), span: 2, children: <code>{recording.sha256 ?? '—'}</code> },
  ]
  return <Descriptions size="small" column={2} bordered items={items} style={{ marginTop: 20 }} />
}
