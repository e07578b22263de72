import { Tree } from 'antd'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { flowWords, type FlowWord } from '../locale'
import type { Say } from '@/app/i18n'
import type { FlowStore } from '../canvas/store'
import { outlineOf, type OutlineNode } from './document'
import { kindText, outcomeText } from './words'

interface TreeItem {
  key: string
  id: string
  title: ReactNode
  children: TreeItem[]
}

function itemOf(node: OutlineNode, say: Say<FlowWord>): TreeItem {
  const title = (
    <span>
      {node.outcome !== null && <span className="quiet">{outcomeText(node.outcome, say)} → </span>}
      <strong>{kindText(node.kind, say)}</strong> {node.label || node.id}
      {node.mark !== null && <em className="quiet"> · {say(`outline.${node.mark}`)}</em>}
    </span>
  )
  return { key: node.key, id: node.id, title, children: node.children.map((child) => itemOf(child, say)) }
}

/** The flow as a tree from its start; choosing a node shows it in the text. */
function Outline({ value, gotoNode }: { value: unknown; gotoNode: (node: string) => void }) {
  const say = flowWords.useWords()
  const { tree, unreached } = outlineOf(value)
  const items = tree.map((node) => itemOf(node, say))
  return (
    <>
      <Tree<TreeItem> key={String(items.length > 0)} showLine blockNode defaultExpandAll selectedKeys={[]} treeData={items} onSelect={(_keys, { node }) => gotoNode(node.id)} />
      {unreached.length > 0 && (
        <p className="quiet">
          {say('outline.unreached')}: {unreached.join(', ')}
        </p>
      )}
    </>
  )
}

/** The outline of what is being edited. */
export function FlowOutline({ store, gotoNode }: { store: FlowStore; gotoNode: (node: string) => void }) {
  return <Outline value={useStore(store, (state) => state.document)} gotoNode={gotoNode} />
}
