import { ConfigProvider, Radio } from 'antd'
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
  const say = flowWords.useWords()
  const front = tabs.find((tab) => tab.key === shown) ?? tabs[0]
  return (
    <div className="flow-side">
      <ConfigProvider componentDisabled={false}>
        {/* Buttons wrap where a tab bar would hide the last ones behind a menu. */}
        <Radio.Group className="flow-side-tabs" size="small" optionType="button" aria-label={say('beside')} value={front?.key} onChange={(event) => show(event.target.value as string)} options={tabs.map(({ key, label }) => ({ value: key, label }))} />
        <div className="flow-side-body">{front?.children}</div>
      </ConfigProvider>
    </div>
  )
}

/** A tab's name with how much there is to see. */
export function Counted({ text, count }: { text: string; count: number }) {
  const say = flowWords.useWords()
  if (count === 0) return text
  return (
    <span title={say('problems.count', { count })}>
      {text} <b className="figures">{count}</b>
    </span>
  )
}
