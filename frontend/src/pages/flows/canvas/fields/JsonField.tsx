import { Input } from 'antd'
import { useState } from 'react'
import { flowWords } from '../../locale'
import type { FlowNode } from '../../parts/document'
import { Labelled } from './Labelled'

interface Props {
  node: FlowNode
  onChange: (node: FlowNode) => void
}

function parsed(text: string): FlowNode | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FlowNode) : null
  } catch {
    return null
  }
}

/** A node of a kind without a form of its own, as JSON; it takes effect when one leaves the field. */
export function JsonField({ node, onChange }: Props) {
  const say = flowWords.useWords()
  const { edges, at, ...content } = node
  const written = JSON.stringify(content, null, 2)
  const [typed, setTyped] = useState(written)
  const [shown, setShown] = useState(written)
  if (shown !== written) {
    setShown(written)
    setTyped(written)
  }
  const next = parsed(typed)
  return (
    <Labelled label={say('node.json')}>
      {(id) => (
        <>
          <Input.TextArea
            id={id}
            value={typed}
            status={next === null ? 'error' : undefined}
            autoSize={{ minRows: 6, maxRows: 20 }}
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={() => next !== null && onChange({ ...next, ...(edges && { edges }), ...(at !== undefined && { at }) })}
          />
          {next === null && <span role="alert">{say('bad.syntax')}</span>}
        </>
      )}
    </Labelled>
  )
}
