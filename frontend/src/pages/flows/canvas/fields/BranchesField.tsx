import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { flowWords } from '../../locale'
import { freshId } from '../operations'
import { Grouped } from './Labelled'
import { TESTS, testOf, type TestKind, type TestValue } from './tests'
import { TestField } from './TestField'
import { NameField } from './ValuesField'

interface Branch {
  name: string
  tests: TestValue[]
}

interface Props {
  label: string
  value: unknown
  /** renamed: a branch that has another name now, so that its way goes with it. */
  onChange: (branches: Branch[], renamed?: { from: string; to: string }) => void
}

/** The branches of a condition, tried from above; one is taken when all its tests hold. */
export function BranchesField({ label, value, onChange }: Props) {
  const say = flowWords.useWords()
  const branches = Array.isArray(value) ? (value as Branch[]) : []
  const taken = (name: string): boolean => name === 'else' || branches.some((one) => one.name === name)
  const put = (at: number, branch: Branch): Branch[] => branches.map((one, index) => (index === at ? branch : one))
  return (
    <Grouped label={label}>
      {branches.map((branch, at) => (
        <div className="flow-branch" key={at}>
          <div className="row">
            <NameField
              name={branch.name}
              label={say('branch.name')}
              rename={(wanted) => {
                const to = freshId(wanted, (one) => one !== branch.name && taken(one))
                onChange(put(at, { ...branch, name: to }), { from: branch.name, to })
              }}
            />
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined />}
              aria-label={say('branch.remove', { name: branch.name })}
              onClick={() => onChange(branches.filter((_one, index) => index !== at))}
            />
          </div>
          <Tests tests={branch.tests} onChange={(tests) => onChange(put(at, { ...branch, tests }))} />
        </div>
      ))}
      <Button size="small" type="dashed" block icon={<PlusOutlined />} onClick={() => onChange([...branches, { name: freshId('branch', taken), tests: [testOf('variable')] }])}>
        {say('branch.add')}
      </Button>
    </Grouped>
  )
}

function Tests({ tests, onChange }: { tests: TestValue[]; onChange: (tests: TestValue[]) => void }) {
  const say = flowWords.useWords()
  const put = (at: number, test: TestValue): void => onChange(tests.map((one, index) => (index === at ? test : one)))
  return (
    <>
      {tests.map((test, at) => (
        <div className="flow-test" key={at}>
          <div className="row">
            <Select<string>
              size="small"
              className="grow"
              aria-label={say('test.kind')}
              value={test.test}
              options={TESTS.map((kind) => ({ value: kind, label: say(`test.${kind}`) }))}
              onChange={(kind) => put(at, testOf(kind as TestKind))}
            />
            {tests.length > 1 && (
              <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={say('test.remove', { number: at + 1 })} onClick={() => onChange(tests.filter((_one, index) => index !== at))} />
            )}
          </div>
          <TestField test={test} onChange={(next) => put(at, next)} />
        </div>
      ))}
      <Button size="small" type="link" icon={<PlusOutlined />} onClick={() => onChange([...tests, testOf('variable')])}>
        {say('test.add')}
      </Button>
    </>
  )
}
