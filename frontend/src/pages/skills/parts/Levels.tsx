import { DeleteOutlined } from '@ant-design/icons'
import { Button, InputNumber, Table } from 'antd'
import type { Skill } from '@/api/types'
import { useChoices } from '@/parts/fields/choices'
import { Choose } from '@/parts/fields/Choose'
import { skillWords } from '../locale'

type ByAgent = Skill['levels']

const FIRST_LEVEL = 5
const PAGE = 20

interface Props {
  id?: string
  value?: ByAgent
  onChange?: (value: ByAgent) => void
}

/** Who has the skill, and how well. */
export function Levels({ value = {}, onChange }: Props) {
  const say = skillWords.useWords()
  const agents = useChoices('agent')
  const without = (username: string): ByAgent => Object.fromEntries(Object.entries(value).filter(([one]) => one !== username))
  const rows = Object.keys(value)
    .map((username) => ({ username, name: agents.nameOf(username) }))
    .sort((one, other) => one.name.localeCompare(other.name))
  return (
    <div style={{ display: 'grid', gap: 8, maxWidth: 560 }}>
      <Choose
        kind="agent"
        label={say('agents.add')}
        placeholder={say('agents.add')}
        exclude={Object.keys(value)}
        value={null}
        onChange={(username) => username !== null && onChange?.({ ...value, [username]: FIRST_LEVEL })}
      />
      <Table
        size="small"
        rowKey="username"
        dataSource={rows}
        pagination={rows.length > PAGE ? { pageSize: PAGE, showSizeChanger: false } : false}
        locale={{ emptyText: say('agents.empty') }}
        columns={[
          { title: say('agent'), dataIndex: 'name' },
          {
            title: say('level'),
            width: 110,
            render: (_, { username, name }) => (
              <InputNumber<number>
                aria-label={say('level.of', { name })}
                min={1}
                max={9}
                precision={0}
                value={value[username]}
                onChange={(level) => level !== null && onChange?.({ ...value, [username]: level })}
              />
            ),
          },
          {
            width: 50,
            render: (_, { username, name }) => (
              <Button type="text" danger icon={<DeleteOutlined />} aria-label={say('remove', { name })} onClick={() => onChange?.(without(username))} />
            ),
          },
        ]}
      />
    </div>
  )
}
