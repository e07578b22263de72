import { Alert, ConfigProvider, Segmented, Skeleton } from 'antd'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { flowWords } from '../locale'
import { useThemeName } from '@/app/theme'
import { simulate, type FlowText } from '../api'
import { createSession } from '../simulator/session'
import { Beside, Counted, type BesideTab } from './Beside'
import { offsetOf } from './check'
import { FlowOutline } from './Outline'
import { Problems } from './Problems'
import { useFlowProblems, useMarkedProblems, type FlowProblems } from './useFlowProblems'
import { useFlowText } from './useFlowText'
import { Versions } from './Versions'

const Editor = lazy(() => import('./Editor').then((module) => ({ default: module.Editor })))
const Simulator = lazy(() => import('../simulator/Simulator').then((module) => ({ default: module.Simulator })))
const Heat = lazy(() => import('../heat/Heat').then((module) => ({ default: module.Heat })))
const CanvasView = lazy(() => import('../canvas/drawn').then((module) => ({ default: module.CanvasView })))

type View = 'canvas' | 'text'

interface Props {
  value?: string
  onChange?: (text: string) => void
  flow: FlowText | null
}

/** The document, drawn or as text, with what is wrong in it, its outline and its history beside it. Both views hold one draft. */
export function DocumentField({ value = '', onChange, flow }: Props) {
  const say = flowWords.useWords()
  const readOnly = ConfigProvider.useConfig().componentDisabled
  const [view, setView] = useState<View>('canvas')
  const [large, setLarge] = useState(false)
  const [tab, setTab] = useState('properties')
  const [place, setPlace] = useState<{ offset: number; at: number } | null>(null)
  const change = (text: string): void => onChange?.(text)
  const { store, drawable } = useFlowText(value, change)
  const problems = useFlowProblems(value)
  useMarkedProblems(store, problems)
  const [session] = useState(() => createSession((...step) => simulate(flow?.flow_id ?? '', ...step)))
  const sound = drawable && !problems.found.some((one) => one.severity === 'error')

  const goto = (offset: number): void => setPlace((held) => ({ offset, at: (held?.at ?? 0) + 1 }))
  const gotoNode = (node: string): void => {
    const offset = view === 'text' ? offsetOf(value, node) : null
    if (offset === null) store.getState().show(node)
    else goto(offset)
  }
  const tabs: BesideTab[] = [
    { key: 'problems', label: <Counted text={say('problems')} count={problems.found.length + (problems.server?.length ?? 0)} />, children: <Problems {...problems} goto={view === 'text' ? goto : null} gotoNode={gotoNode} /> },
    { key: 'outline', label: say('outline'), children: <FlowOutline store={store} gotoNode={gotoNode} /> },
    { key: 'simulator', label: say('simulator'), children: <Later><Simulator session={session} store={store} text={sound ? value : null} gotoNode={gotoNode} /></Later> },
    ...(flow === null
      ? []
      : [
          { key: 'heat', label: say('heat'), children: <Later><Heat flow={flow} store={store} gotoNode={gotoNode} /></Later> },
          { key: 'versions', label: say('versions'), children: <Versions flow={flow} draft={value} load={change} /> },
        ]),
  ]
  const beside = (first: BesideTab[]) => <Beside tabs={[...first, ...tabs]} shown={tab} show={setTab} />
  const escape = (event: { key: string }): void => {
    if (event.key === 'Escape' && large) setLarge(false)
  }
  return (
    <div className={large ? 'flow-editing flow-large' : 'flow-editing'} onKeyDown={escape}>
      <ConfigProvider componentDisabled={false}>
        <Segmented<View>
          value={view}
          onChange={setView}
          options={[
            { value: 'canvas', label: say('view.canvas') },
            { value: 'text', label: say('view.text') },
          ]}
        />
      </ConfigProvider>
      <div className="flow-body">
        <Suspense fallback={<Skeleton active paragraph={{ rows: 12 }} />}>
          {view === 'text' ? (
            <TextView text={value} readOnly={readOnly} found={problems.found} goto={place} onChange={change} />
          ) : drawable ? (
            <CanvasView
              store={store}
              readOnly={readOnly}
              large={large}
              resize={() => setLarge(!large)}
              openProperties={() => setTab('properties')}
              beside={(properties) => beside([{ key: 'properties', label: say('properties'), children: <ConfigProvider componentDisabled={readOnly}>{properties}</ConfigProvider> }])}
            />
          ) : (
            <Alert type="warning" showIcon title={say('canvas.undrawable')} description={say('canvas.undrawable.hint')} />
          )}
          {(view === 'text' || !drawable) && beside([])}
        </Suspense>
      </div>
    </div>
  )
}

/** What is fetched when its tab is opened, without hiding the document meanwhile. */
const Later = ({ children }: { children: ReactNode }) => <Suspense fallback={<Skeleton active paragraph={{ rows: 6 }} />}>{children}</Suspense>

interface TextProps {
  text: string
  readOnly: boolean
  found: FlowProblems['found']
  goto: { offset: number; at: number } | null
  onChange: (text: string) => void
}

function TextView({ text, readOnly, found, goto, onChange }: TextProps) {
  const say = flowWords.useWords()
  const dark = useThemeName() === 'dark'
  const marks = found.map(({ from, to, severity, word, params }) => ({ from, to, severity, message: say(word, params) }))
  return <Editor label={say('draft.label')} text={text} dark={dark} readOnly={readOnly} problems={marks} goto={goto} onChange={onChange} />
}
