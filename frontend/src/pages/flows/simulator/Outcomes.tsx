import { Button, Input } from 'antd'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { SimulatedStep, SimulationDoing } from '@/api/types'
import type { FlowStore } from '../canvas/store'
import { Labelled } from '../canvas/fields/Labelled'
import { flowWords } from '../locale'
import { outcomeText } from '../parts/words'
import { simWords } from './locale'
import { inDraft } from './session'

interface Props {
  told: SimulatedStep
  busy: boolean
  store: FlowStore
  go: (doing: SimulationDoing) => void
}

/** What may come of a question or a hand-over, to choose from: ways that lead somewhere first. */
export function Outcomes({ told, busy, store, go }: Props) {
  const say = simWords.useWords()
  const sayFlow = flowWords.useWords()
  const [values, setValues] = useState<Record<string, string>>({})
  const edges = useStore(store, ({ document }) => (inDraft(told) ? document.nodes[told.node]?.edges : undefined))
  const leads = (outcome: string): boolean => edges === undefined || outcome in edges
  const offered = [...told.outcomes].sort((a, b) => Number(leads(b)) - Number(leads(a)))
  return (
    <div className="flow-sim-hand" role="group" aria-label={say('outcome.ask')}>
      {told.sets.length > 0 && <strong>{say('values')}</strong>}
      {told.sets.map((name) => (
        <Labelled key={name} label={name}>
          {(id) => <Input id={id} size="small" maxLength={500} value={values[name] ?? ''} onChange={(event) => setValues({ ...values, [name]: event.target.value })} />}
        </Labelled>
      ))}
      <strong>{say('outcome.ask')}</strong>
      <div className="row wrap">
        {offered.map((outcome, place) => (
          <Button
            key={outcome}
            size="small"
            autoFocus={place === 0}
            type={leads(outcome) ? 'default' : 'dashed'}
            title={leads(outcome) ? undefined : say('outcome.unconnected')}
            disabled={busy}
            onClick={() => go({ does: 'outcome', outcome, values: told.awaiting === 'answer' ? values : {} })}
          >
            {outcomeText(outcome, sayFlow)}
          </Button>
        ))}
        <Button size="small" danger disabled={busy} onClick={() => go({ does: 'leaves' })}>
          {say('leave')}
        </Button>
      </div>
    </div>
  )
}
