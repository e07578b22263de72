import { CaretDownFilled, CaretUpFilled } from '@ant-design/icons'
import { useState } from 'react'
import { useLocale } from '@/app/i18n'
import { count } from '@/parts/format'
import type { NodeHeat } from '@/api/types'
import { COLUMNS, figure, keysText, levelOf, percent, sorted, type Column, type Sorting } from './figures'
import { heatWords } from './locale'

interface Props {
  nodes: readonly NodeHeat[]
  nameOf: (node: string) => string
  gotoNode: (node: string) => void
}

/** The figures of every node, sorted by any column; a name shows its node on the canvas. */
export function HeatTable({ nodes, nameOf, gotoNode }: Props) {
  const say = heatWords.useWords()
  const language = useLocale()
  const [sorting, setSorting] = useState<Sorting>({ by: 'visits', down: true })
  const text = (node: NodeHeat, column: Column): string => (column === 'lost' ? percent(figure(node, column)) : count(figure(node, column), language))
  return (
    <table className="flow-heat-table">
      <caption className="unseen">{say('table')}</caption>
      <thead>
        <tr>
          {(['node', ...COLUMNS] as const).map((column) => (
            <Heading key={column} column={column} sorting={sorting} sort={setSorting} />
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted(nodes, sorting, nameOf).map((node) => (
          <tr key={node.node} data-heat={node.node}>
            <th scope="row">
              <button type="button" onClick={() => gotoNode(node.node)}>
                {nameOf(node.node)}
              </button>
              {Object.keys(node.keys).length > 0 && <div className="quiet figures">{say('keys', { keys: keysText(node.keys) })}</div>}
            </th>
            {COLUMNS.map((column) => (
              <td key={column} className={column === 'lost' ? `figures flow-heat-lost ${levelOf(node)}` : 'figures'} data-figure={column}>
                {text(node, column)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface HeadingProps {
  column: Column | 'node'
  sorting: Sorting
  sort: (sorting: Sorting) => void
}

/** A column's name that sorts by it; pressed again, the other way round. Names begin upwards, figures downwards. */
function Heading({ column, sorting, sort }: HeadingProps) {
  const say = heatWords.useWords()
  const here = sorting.by === column
  const Arrow = sorting.down ? CaretDownFilled : CaretUpFilled
  return (
    <th scope="col" aria-sort={here ? (sorting.down ? 'descending' : 'ascending') : 'none'}>
      <button type="button" onClick={() => sort({ by: column, down: here ? !sorting.down : column !== 'node' })}>
        {say(column)}
        {here && <Arrow aria-hidden />}
      </button>
    </th>
  )
}
