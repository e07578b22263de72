import './simulator.css'
import { ArrowLeftOutlined, CloseOutlined, RedoOutlined } from '@ant-design/icons'
import { Alert, Button, Tooltip } from 'antd'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { ErrorNotice } from '@/parts/ErrorNotice'
import type { FlowStore } from '../canvas/store'
import { CallerHand } from './CallerHand'
import { simWords } from './locale'
import { Outcomes } from './Outcomes'
import { Path } from './Path'
import { inDraft, type SessionStore } from './session'
import { SettingsForm } from './SettingsForm'
import { Transcript } from './Transcript'
import { useMarkedWay } from './useMarkedWay'
import { VariableTable } from './VariableTable'

export interface SimulatorProps {
  session: SessionStore
  store: FlowStore
  /** The document as it is typed now; null while it has errors. */
  text: string | null
  gotoNode: (node: string) => void
}

/** A call that nobody makes, walked through the draft by keys and words. */
export function Simulator({ session, store, text, gotoNode }: SimulatorProps) {
  const begun = useStore(session, (state) => state.steps.length > 0)
  const error = useStore(session, (state) => state.error)
  const say = simWords.useWords()
  useMarkedWay(session, store)
  return (
    // Enter here is for the call, not for the form around it.
    <div className="flow-sim" onKeyDown={(event) => event.key === 'Enter' && event.target instanceof HTMLInputElement && event.preventDefault()}>
      {text === null && <Alert type="warning" showIcon title={say('undrawable')} />}
      {begun ? <Running session={session} store={store} text={text} gotoNode={gotoNode} /> : <SettingsForm session={session} text={text} />}
      {error !== null && <ErrorNotice error={error} />}
    </div>
  )
}

function Running({ session, store, text, gotoNode }: SimulatorProps) {
  const say = simWords.useWords()
  const steps = useStore(session, (state) => state.steps)
  const busy = useStore(session, (state) => state.busy)
  const last = steps.at(-1)
  const gone = useStore(store, ({ document }) => last !== undefined && inDraft(last.told) && last.told.awaiting !== 'over' && !(last.told.node in document.nodes))
  const { start, go, back, close } = session.getState()
  const node = last && inDraft(last.told) ? last.told.node : null
  useEffect(() => {
    if (node !== null) store.getState().show(node)
  }, [store, node, steps.length])
  if (last === undefined) return null
  const { told } = last
  const restart = (): void => void (text !== null && start(text))
  return (
    <>
      <div className="row">
        <Button size="small" icon={<RedoOutlined />} disabled={text === null} onClick={restart}>
          {say('restart')}
        </Button>
        <Button size="small" icon={<ArrowLeftOutlined />} onClick={back}>
          {say('back')}
        </Button>
        <span className="grow" />
        <Tooltip title={say('settings')}>
          <Button size="small" type="text" icon={<CloseOutlined />} aria-label={say('settings')} onClick={close} />
        </Tooltip>
      </div>
      {(gone || (text !== null && text !== last.text)) && <Alert type={gone ? 'error' : 'info'} showIcon title={say(gone ? 'gone' : 'changed')} action={<Button size="small" disabled={text === null} onClick={restart}>{say('restart')}</Button>} />}
      <Transcript steps={steps} />
      {text !== null && !gone && <Next told={told} busy={busy} store={store} go={(doing) => void go(text, doing)} />}
      <Path steps={steps} gotoNode={gotoNode} />
      <VariableTable steps={steps} />
    </>
  )
}

type NextProps = Pick<Parameters<typeof CallerHand>[0], 'told' | 'busy' | 'go'> & { store: FlowStore }

/** What may be done at this point of the call. */
function Next({ told, busy, store, go }: NextProps) {
  if (told.awaiting === 'over') return null
  if (told.awaiting === 'outcome' || told.awaiting === 'answer') return <Outcomes key={told.state} told={told} busy={busy} store={store} go={go} />
  return <CallerHand key={told.state} told={told} busy={busy} go={go} />
}
