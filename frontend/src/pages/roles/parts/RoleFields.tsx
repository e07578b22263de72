import { useQuery } from '@tanstack/react-query'
import { Checkbox, Form, Input, Select } from 'antd'
import { useLabel } from '@/app/i18n'
import type { Role } from '@/api/types'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { LabelField } from '@/parts/fields/LabelField'
import { useFieldRules } from '@/parts/fields/rules'
import { FormSection } from '@/parts/form/RecordForm'
import { allPermissions } from '../api'
import { roleWords } from '../locale'
import { grouped } from './grouping'

const SCOPES = ['own', 'department', 'subtree', 'all'] as const

export function RoleFields({ role }: { role: Role | null }) {
  const say = roleWords.useWords()
  const rules = useFieldRules()
  return (
    <>
      <Form.Item
        name="role_id"
        label={say('code')}
        extra={role === null && say('code.hint')}
        rules={[rules.required(say('code')), { pattern: /^[a-z0-9][a-z0-9_-]{0,39}$/, message: say('code.bad') }]}
      >
        <Input disabled={role !== null} autoFocus={role === null} spellCheck={false} />
      </Form.Item>
      <Form.Item name="name" label={say('name')} required rules={[rules.bothLanguages]}>
        <LabelField />
      </Form.Item>
      <Form.Item name="scope" label={say('scope')} extra={say('scope.hint')}>
        <Select style={{ width: 240 }} options={SCOPES.map((value) => ({ value, label: say(`scope.${value}`) }))} />
      </Form.Item>
      <FormSection title={say('permissions')}>
        <Form.Item name="permissions" rules={[{ required: true, type: 'array', message: say('permissions.missing') }]}>
          <PermissionBoxes />
        </Form.Item>
      </FormSection>
    </>
  )
}

interface BoxesProps {
  value?: string[]
  onChange?: (value: string[]) => void
}

function PermissionBoxes({ value = [], onChange }: BoxesProps) {
  const say = roleWords.useWords()
  const text = useLabel()
  const list = useQuery({ queryKey: ['permissions'], queryFn: allPermissions, staleTime: 600_000 })
  if (list.isError) return <ErrorNotice error={list.error} retry={() => void list.refetch()} />
  const put = (names: string[], on: boolean): void =>
    onChange?.(on ? [...new Set([...value, ...names])] : value.filter((name) => !names.includes(name)))
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      {grouped(list.data ?? []).map(({ group, items }) => {
        const names = items.map((item) => item.name)
        const held = names.filter((name) => value.includes(name)).length
        return (
          <fieldset key={group} style={{ border: '1px solid var(--line)', borderRadius: 6, padding: '4px 12px 10px', margin: 0 }}>
            <legend>
              {say(`group.${group}`)}{' '}
              <Checkbox
                checked={held === names.length}
                indeterminate={held > 0 && held < names.length}
                onChange={(event) => put(names, event.target.checked)}
              >
                {say('all')}
              </Checkbox>
            </legend>
            <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 4 }}>
              {items.map((item) => (
                <Checkbox key={item.name} checked={value.includes(item.name)} onChange={(event) => put([item.name], event.target.checked)}>
                  <span title={item.name}>{text(item.label)}</span>
                </Checkbox>
              ))}
            </div>
          </fieldset>
        )
      })}
    </div>
  )
}
