import { Badge, ConfigProvider, Tabs } from 'antd'
import type { ReactNode } from 'react'
import { flowWords } from '../locale'

export interface BesideTab {
  key: string
  label: ReactNode
  children: ReactNode
}

interface Props {
  tabs: readonly BesideTab[]
  shown: string
  show: (key: string) => void
}

/** What stands beside the document, one at a time: properties, problems, outline, versions, and tools that walk or count. */
export function Beside({ tabs, shown, show }: Props) {
  const known = tabs.some((tab) => tab.key === shown) ? shown : tabs[0]?.key
  return (
    <div className="flow-side">
      <ConfigProvider componentDisabled={false}>
        <Tabs size="small" items={[...tabs]} activeKey={known} onChange={show} />
      </ConfigProvider>
    </div>
  )
}

/** A tab's name with how much there is to see. */
export function Counted({ text, count }: { text: string; count: number }) {
  const say = flowWords.useWords()
  return (
    <>
      {text} <Badge count={count} showZero={false} title={say('problems.count', { count })} />
    </>
  )
}
