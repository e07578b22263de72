import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { flowWords } from '../../locale'
import { freshId } from '../operations'
import { Grouped } from './Labelled'

interface Props {
  label: string
  /** What the names are: variables unless said. */
  of?: 'header' | undefined
  value: unknown
  onChange: (values: Record<string, string>) => void
}

/** Variables and their values. A variable is renamed when one leaves its field, since two may have the same name while one types. */
export function ValuesField({ label, of, value, onChange }: Props) {
  const say = flowWords.useWords()
  const nameLabel = say(of === 'header' ? 'header.name' : 'value.name')
  const entries = Object.entries((value ?? {}) as Record<string, string>)
  const put = (at: number, entry: [string, string]): void => onChange(Object.fromEntries(entries.map((one, index) => (index === at ? entry : one))))
  return (
    <Grouped label={label}>
      {entries.map(([name, text], at) => (
        <div className="row flow-value" key={name}>
          <NameField name={name} label={nameLabel} rename={(next) => put(at, [freshId(next, (one) => one !== name && entries.some(([other]) => other === one)), text])} />
          <Input size="small" value={text} maxLength={500} aria-label={`${name} ${say('value.value')}`} placeholder={say('value.value')} onChange={(event) => put(at, [name, event.target.value])} />
          <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={say(of === 'header' ? 'header.remove' : 'value.remove', { name })} onClick={() => onChange(Object.fromEntries(entries.filter((_one, index) => index !== at)))} />
        </div>
      ))}
      <Button size="small" type="dashed" block icon={<PlusOutlined />} onClick={() => onChange({ ...Object.fromEntries(entries), [freshId(of === 'header' ? 'X-Header' : 'variable', (one) => entries.some(([name]) => name === one))]: '' })}>
        {say(of === 'header' ? 'header.add' : 'value.add')}
      </Button>
    </Grouped>
  )
}

/** A name that takes effect when one leaves it (or presses Enter); an empty one goes back to what it was. */
export function NameField({ name, label, rename }: { name: string; label: string; rename: (name: string) => void }) {
  const [typed, setTyped] = useState(name)
  const [shown, setShown] = useState(name)
  if (shown !== name) {
    setShown(name)
    setTyped(name)
  }
  const settle = (): void => {
    const next = typed.trim()
    if (next === '') setTyped(name)
    else if (next !== name) rename(next)
  }
  return <Input size="small" value={typed} maxLength={40} aria-label={label} placeholder={label} onChange={(event) => setTyped(event.target.value)} onBlur={settle} onPressEnter={settle} />
}
