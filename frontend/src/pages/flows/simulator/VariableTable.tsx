import { Tag } from 'antd'
import { simWords } from './locale'
import { variablesOf, type Step } from './session'

/** The variables of the call as they are now; what the last step changed says so. */
export function VariableTable({ steps }: { steps: readonly Step[] }) {
  const say = simWords.useWords()
  return (
    <table className="flow-sim-variables">
      <caption>{say('table')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('name')}</th>
          <th scope="col">{say('value')}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row" className="quiet">
            {say('fact.language')}
          </th>
          <td>{steps.at(-1)?.told.language}</td>
        </tr>
        {variablesOf(steps).map(({ name, value, change }) => (
          <tr key={name} data-change={change}>
            <th scope="row">{name}</th>
            <td>
              {value} {change && <Tag color="processing">{say(change)}</Tag>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
