import { Form, Input } from 'antd'
import type { Department } from '@/api/types'
import { Choose } from '@/parts/fields/Choose'
import { useFieldRules } from '@/parts/fields/rules'
import { departmentWords } from '../locale'
import { subtreeOf } from './tree'

export function DepartmentFields({ department, all }: { department: Department | null; all: readonly Department[] }) {
  const say = departmentWords.useWords()
  const rules = useFieldRules()
  const own = department === null ? new Set<string>() : subtreeOf(department.department_id, all)
  return (
    <>
      <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]}>
        <Input maxLength={100} autoFocus={department === null} />
      </Form.Item>
      <Form.Item
        name="parent_id"
        label={say('parent')}
        rules={[
          {
            validator: (_rule, id: string | null) => (id !== null && own.has(id) ? Promise.reject(new Error(say('parent.bad'))) : Promise.resolve()),
          },
        ]}
      >
        <Choose kind="department" allowClear exclude={[...own]} placeholder={say('parent.none')} />
      </Form.Item>
    </>
  )
}
