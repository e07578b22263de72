import './wall.css'
import { FullscreenExitOutlined, FullscreenOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Skeleton } from 'antd'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { groupRecords } from '@/api/records'
import { useMay } from '@/api/session'
import type { Agent, Call } from '@/api/types'
import { useServerNow } from '@/live/clock'
import { living, type Entities } from '@/live/entities'
import { useTopic } from '@/live/live'
import { live } from '@/live/store'
import { useEntities } from '@/live/useLive'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { readWall, refreshWall, WALL_KEY } from './api'
import { wallWords } from './locale'
import { AgentGrid } from './parts/AgentGrid'
import { byAttention, groupViews, isIn, type GroupView } from './parts/attention'
import { CallList } from './parts/CallList'
import { GroupTile } from './parts/GroupTile'
import { LowAnswers } from './parts/LowAnswers'

const FIGURES_MS = 15_000

/** What goes on in the centre at this moment. Queues, agents and calls follow the event stream; the day's figures are asked for. */
export function WallPage() {
  const say = wallWords.useWords()
  const box = useRef<HTMLDivElement>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const now = useServerNow()
  const snapshot = useQuery({ queryKey: WALL_KEY, queryFn: readWall, refetchInterval: FIGURES_MS })
  useTopic('wall', refreshWall)
  const entities = useEntities()
  const targets = useTargets()
  const agents = living(entities, 'agent')
  const groups = groupViews(snapshot.data?.groups ?? [], queuesOf(entities), agents, targets)
  const calls = living(entities, 'call').filter((call) => call.state !== 'ended')
  const only = groups.some((group) => group.group_id === chosen) ? chosen : null

  return (
    <div className="wall" ref={box}>
      <Head groups={groups} agents={agents} calls={calls} box={box} />
      <Lost />
      {snapshot.isError && <ErrorNotice error={snapshot.error} retry={() => void snapshot.refetch()} />}
      {snapshot.isPending && <Skeleton active />}
      {snapshot.data && groups.length === 0 && <EmptyState title={say('groups.empty')} hint={say('groups.empty.hint')} />}
      <section className="wall-groups" aria-label={say('groups')}>
        {byAttention(groups, now).map((group) => (
          <GroupTile
            key={group.group_id}
            group={group}
            now={now}
            chosen={group.group_id === only}
            choose={() => setChosen(group.group_id === only ? null : group.group_id)}
          />
        ))}
      </section>
      {snapshot.data && <div className="wall-lower">
        <AgentGrid agents={only === null ? agents : agents.filter((agent) => isIn(agent, only))} now={now} />
        <div className="wall-right">
        <CallList
          calls={only === null ? calls : calls.filter((call) => call.group_id === only)}
          agents={agents}
          groupName={(id) => groups.find((group) => group.group_id === id)?.name ?? id ?? '—'}
          now={now}
        />
        <LowAnswers />
        </div>
      </div>}
    </div>
  )
}

function queuesOf(entities: Entities): Map<string, object> {
  return new Map([...entities.group_status].flatMap(([id, held]) => (held.data === null ? [] : [[id, held.data] as const])))
}

/** Seconds within which each group's calls are to be answered; the usual figure where the group cannot be read. */
function useTargets(): Map<string, number> {
  const allowed = useMay('groups.read')
  const list = useQuery({ queryKey: [groupRecords.key, 'all'], queryFn: groupRecords.all, enabled: allowed, staleTime: 60_000 })
  return new Map((list.data ?? []).map((group) => [group.group_id, group.service_level_s]))
}

function Lost() {
  const say = wallWords.useWords()
  const connection = live((state) => state.connection)
  return connection === 'lost' ? <Alert type="warning" showIcon role="status" title={say('lost')} /> : null
}

interface HeadProps {
  groups: readonly GroupView[]
  agents: readonly Agent[]
  calls: readonly Call[]
  box: RefObject<HTMLDivElement | null>
}

function Head({ groups, agents, calls, box }: HeadProps) {
  const say = wallWords.useWords()
  const total = groups.reduce((sum, group) => sum + group.waiting, 0)
  return (
    <header className="row">
      <h1 className="grow">{say('title')}</h1>
      <div className="wall-totals">
        <span>
          {say('total.waiting')}
          <b>{total}</b>
        </span>
        <span>
          {say('total.ready')}
          <b style={{ color: 'var(--ready)' }}>{agents.filter((agent) => agent.state === 'ready').length}</b>
        </span>
        <span>
          {say('total.calls')}
          <b>{calls.filter((call) => call.state === 'talking').length}</b>
        </span>
      </div>
      <FullScreen box={box} />
    </header>
  )
}

function FullScreen({ box }: { box: RefObject<HTMLDivElement | null> }) {
  const say = wallWords.useWords()
  const [full, setFull] = useState(false)
  useEffect(() => {
    const look = (): void => setFull(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', look)
    return () => document.removeEventListener('fullscreenchange', look)
  }, [])
  const change = (): void => void (full ? document.exitFullscreen() : box.current?.requestFullscreen())
  return (
    <Button icon={full ? <FullscreenExitOutlined /> : <FullscreenOutlined />} onClick={change}>
      {say(full ? 'full.leave' : 'full')}
    </Button>
  )
}
