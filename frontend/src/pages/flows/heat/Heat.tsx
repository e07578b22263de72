import './heat.css'
import { useQuery } from '@tanstack/react-query'
import { Select, Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { useLocale } from '@/app/i18n'
import { EmptyState } from '@/parts/EmptyState'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { count } from '@/parts/format'
import type { NodeHeat } from '@/api/types'
import { listVersions, flowRecords, readHeat, readVersion, type FlowText } from '../api'
import type { FlowStore } from '../canvas/store'
import { daysUntil, LEVELS, lostAt, marksOf, percent } from './figures'
import { HeatTable } from './HeatTable'
import { heatWords } from './locale'

const DAYS = [1, 7, 30, 90] as const
const NONE: readonly NodeHeat[] = []

interface Props {
  flow: FlowText
  store: FlowStore
  gotoNode: (node: string) => void
}

/** What calls did at the nodes of a published version: on the canvas as marks, beside it as a table. */
export function Heat({ flow, store, gotoNode }: Props) {
  const say = heatWords.useWords()
  const [chosen, setChosen] = useState<number | null>(flow.published_version ?? null)
  const [days, setDays] = useState<(typeof DAYS)[number]>(7)
  const versions = useQuery({ queryKey: [flowRecords.key, 'versions', flow.flow_id, flow.published_version], queryFn: () => listVersions(flow.flow_id) })
  const version = chosen ?? versions.data?.[0]?.version ?? null
  const figures = useFigures(flow.flow_id, version, days)
  const nameOf = useNames(flow.flow_id, version)
  useMarked(store, figures.data ?? NONE)
  if (versions.data?.length === 0) return <EmptyState title={say('none')} hint={say('none.hint')} />
  const error = versions.error ?? figures.error
  return (
    <div className="flow-heat">
      <div className="row wrap">
        <Select size="small" aria-label={say('version')} value={version} onChange={setChosen} options={(versions.data ?? []).map((one) => ({ value: one.version, label: `${say('version')} ${one.version}` }))} style={{ minWidth: 96 }} />
        <Select size="small" className="grow" aria-label={say('days')} title={say('days')} value={days} onChange={setDays} options={DAYS.map((value) => ({ value, label: say(`days.${value}`) }))} />
      </div>
      {error ? <ErrorNotice error={error} retry={() => void figures.refetch()} /> : <Figures nodes={figures.data ?? null} nameOf={nameOf} gotoNode={gotoNode} />}
    </div>
  )
}

function Figures({ nodes, nameOf, gotoNode }: Omit<Parameters<typeof HeatTable>[0], 'nodes'> & { nodes: readonly NodeHeat[] | null }) {
  const say = heatWords.useWords()
  if (nodes === null) return <Skeleton active paragraph={{ rows: 6 }} />
  if (nodes.length === 0) return <EmptyState title={say('empty')} hint={say('empty.hint')} />
  return (
    <>
      <Legend />
      <HeatTable nodes={nodes} nameOf={nameOf} gotoNode={gotoNode} />
      <p className="quiet">{say('draft')}</p>
    </>
  )
}

function useFigures(flow_id: string, version: number | null, days: number) {
  const read = (): Promise<NodeHeat[]> => {
    const { from, to } = daysUntil(Date.now(), days)
    return readHeat(flow_id, version ?? 0, from, to)
  }
  return useQuery({ queryKey: ['flow-heat', flow_id, version, days], queryFn: read, enabled: version !== null })
}

/** Names of nodes as the version has them. */
function useNames(flow_id: string, version: number | null): (node: string) => string {
  const document = useQuery({ queryKey: ['flow-version', flow_id, version], queryFn: () => readVersion(flow_id, version ?? 0), enabled: version !== null, staleTime: Infinity })
  return (node) => document.data?.document.nodes[node]?.label || node
}

function useMarked(store: FlowStore, nodes: readonly NodeHeat[]): void {
  const language = useLocale()
  useEffect(() => {
    const text = (node: NodeHeat): string => heatWords.say('mark', { visits: count(node.visits, language), lost: percent(lostAt(node)) })
    store.getState().setMarks(marksOf(nodes, text))
  }, [store, nodes, language])
  useEffect(() => () => store.getState().setMarks(new Map()), [store])
}

function Legend() {
  const say = heatWords.useWords()
  return (
    <div className="flow-heat-legend">
      <p className="quiet">{say('legend')}</p>
      <ul>
        {LEVELS.map((level) => (
          <li key={level} className={`flow-heat-level ${level}`}>
            {say(`legend.${level}`)}
          </li>
        ))}
      </ul>
    </div>
  )
}
