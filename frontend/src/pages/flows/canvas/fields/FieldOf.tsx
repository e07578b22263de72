import { Checkbox, Input, Select } from 'antd'
import { Choose } from '@/parts/fields/Choose'
import { Seconds } from '@/parts/fields/Seconds'
import { flowWords } from '../../locale'
import type { FlowNode } from '../../parts/document'
import { fieldText, optionText } from '../../parts/words'
import type { Field } from '../kinds'
import { renamedWay } from '../operations'
import { BranchesField } from './BranchesField'
import { Labelled } from './Labelled'
import { PromptsField } from './PromptsField'
import { TextsField } from './TextsField'
import { ValuesField } from './ValuesField'

interface Props {
  node: FlowNode
  field: Field
  onChange: (node: FlowNode) => void
}

/** One field of a node, by its type. */
export function FieldOf({ node, field, onChange }: Props) {
  const say = flowWords.useWords()
  const label = fieldText(field.word ?? field.name, say)
  const value = node[field.name]
  const set = (next: unknown): void => onChange({ ...node, [field.name]: next })
  switch (field.type) {
    case 'prompts':
      return <PromptsField label={label} value={value} onChange={set} />
    case 'values':
      return <ValuesField label={label} of={field.of} value={value} onChange={set} />
    case 'branches':
      return (
        <BranchesField
          label={label}
          value={value}
          onChange={(branches, renamed) => onChange({ ...(renamed ? renamedWay(node, renamed.from, renamed.to) : node), branches })}
        />
      )
    case 'choose':
      return <Labelled label={label}>{(id) => <Choose id={id} kind={field.from} allowClear={field.clearable} value={value as string | null} onChange={(chosen) => set(chosen ?? (field.clearable ? null : ''))} />}</Labelled>
    case 'number':
      return (
        <Labelled label={label}>
          {(id) => <Seconds id={id} min={field.min} max={field.max} unit={field.unit === 's' ? undefined : ''} value={typeof value === 'number' ? value : field.fallback} onChange={(number) => set(number ?? field.fallback)} />}
        </Labelled>
      )
    case 'option':
      return (
        <Labelled label={label}>
          {(id) => (
            <Select<string>
              id={id}
              value={typeof value === 'string' ? value : field.fallback}
              options={field.options.map((option) => ({ value: option, label: optionText(option, say) }))}
              onChange={set}
            />
          )}
        </Labelled>
      )
    case 'flag':
      return (
        <div className="flow-field">
          <Checkbox checked={value === true} onChange={(event) => set(event.target.checked)}>
            {label}
          </Checkbox>
        </div>
      )
    case 'area':
      return (
        <Labelled label={label}>
          {(id) => <Input.TextArea id={id} spellCheck={false} autoSize={{ minRows: 2, maxRows: 12 }} value={typeof value === 'string' ? value : ''} onChange={(event) => set(event.target.value)} />}
        </Labelled>
      )
    case 'texts':
      return <TextsField label={label} value={value} onChange={set} />
    case 'text':
      return <Labelled label={label}>{(id) => <Input id={id} value={typeof value === 'string' ? value : ''} onChange={(event) => set(event.target.value)} />}</Labelled>
  }
}
