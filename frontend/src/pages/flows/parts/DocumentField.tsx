import { useQuery } from '@tanstack/react-query'
import { Badge, ConfigProvider, Skeleton, Tabs } from 'antd'
import { lazy, Suspense, useMemo, useState } from 'react'
import type { FlowProblem } from '@/api/types'
import { useThemeName } from '@/app/theme'
import { readSchema, type FlowText } from '../api'
import { flowWords } from '../locale'
import { checker, offsetOf } from './check'
import { Outline } from './Outline'
import { Problems } from './Problems'
import { Versions } from './Versions'

const Editor = lazy(() => import('./Editor').then((module) => ({ default: module.Editor })))

export const useSchema = () => useQuery({ queryKey: ['flow-schema'], queryFn: readSchema, staleTime: Infinity })

interface Props {
  value?: string
  onChange?: (text: string) => void
  flow: FlowText | null
  server: readonly FlowProblem[] | null
}

/** The document as text, with what is wrong in it, its outline and its history beside it. */
export function DocumentField({ value = '', onChange, flow, server }: Props) {
  const say = flowWords.useWords()
  const dark = useThemeName() === 'dark'
  const readOnly = ConfigProvider.useConfig().componentDisabled
  const schema = useSchema()
  const [place, setPlace] = useState<{ offset: number; at: number } | null>(null)
  const check = useMemo(() => checker(schema.data), [schema.data])
  const found = useMemo(() => check(value), [check, value])
  const document = useParsed(value)
  const marks = useMemo(
    () => found.map(({ from, to, severity, word, params }) => ({ from, to, severity, message: flowWords.say(word, params) })),
    [found],
  )
  const goto = (offset: number): void => setPlace((held) => ({ offset, at: (held?.at ?? 0) + 1 }))
  const gotoNode = (node: string): void => {
    const offset = offsetOf(value, node)
    if (offset !== null) goto(offset)
  }
  const count = found.length + (server?.length ?? 0)
  const tabs = [
    {
      key: 'problems',
      label: (
        <>
          {say('problems')} <Badge count={count} showZero={false} title={say('problems.count', { count })} />
        </>
      ),
      children: <Problems found={found} server={server} goto={goto} gotoNode={gotoNode} />,
    },
    { key: 'outline', label: say('outline'), children: <Outline value={document} gotoNode={gotoNode} /> },
    ...(flow === null ? [] : [{ key: 'versions', label: say('versions'), children: <Versions flow={flow} load={(text) => onChange?.(text)} /> }]),
  ]
  return (
    <div className="flow-body">
      <Suspense fallback={<Skeleton active paragraph={{ rows: 12 }} />}>
        <Editor label={say('draft.label')} text={value} dark={dark} readOnly={readOnly} problems={marks} goto={place} onChange={(text) => onChange?.(text)} />
      </Suspense>
      <div className="flow-side">
        <ConfigProvider componentDisabled={false}>
          <Tabs items={tabs} defaultActiveKey={flow === null ? 'problems' : 'outline'} />
        </ConfigProvider>
      </div>
    </div>
  )
}

/** The document as far as the text can be read; the last one that could while it is being typed. */
function useParsed(text: string): unknown {
  const [last, setLast] = useState<unknown>(null)
  const now = useMemo(() => {
    try {
      return { value: JSON.parse(text) as unknown }
    } catch {
      return null
    }
  }, [text])
  if (now !== null && now.value !== last && JSON.stringify(now.value) !== JSON.stringify(last)) setLast(now.value)
  return now?.value ?? last
}
