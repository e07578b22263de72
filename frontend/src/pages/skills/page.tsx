import { PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { skillRecords } from '@/api/records'
import { useMay } from '@/api/session'
import type { Skill } from '@/api/types'
import { useFieldRules } from '@/parts/fields/rules'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { ListQuery } from '@/parts/list/types'
import { RecordPage } from '@/parts/record/RecordPage'
import { skillWords } from './locale'
import { Levels } from './parts/Levels'

const loadSkills = async (query: ListQuery) => localPage(await skillRecords.all(), query, (skill) => [skill.name, skill.skill_id])

const averageOf = (skill: Skill): string => {
  const levels = Object.values(skill.levels)
  return levels.length === 0 ? '—' : (levels.reduce((sum, level) => sum + level, 0) / levels.length).toFixed(1)
}

export function SkillsPage() {
  const say = skillWords.useWords()
  const navigate = useNavigate()
  const create = useMay('groups.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/skills/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<Skill>
      id={skillRecords.key}
      title={say('title')}
      load={loadSkills}
      rowKey={(skill) => skill.skill_id}
      search={say('search')}
      columns={[
        { key: 'id', title: say('id'), render: (skill) => <span className="figures">{skill.skill_id}</span> },
        { key: 'name', title: say('name'), render: (skill) => skill.name },
        { key: 'count', title: say('count'), align: 'right', render: (skill) => Object.keys(skill.levels).length },
        { key: 'average', title: say('average'), align: 'right', render: averageOf },
      ]}
      onOpen={(skill) => void navigate(`/skills/${encodeURIComponent(skill.skill_id)}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

function Editor({ id }: { id: string | null }) {
  const say = skillWords.useWords()
  return (
    <RecordPage<Skill>
      records={skillRecords}
      id={id}
      newTitle={say('new')}
      title={(skill) => skill.name}
      initial={{ skill_id: '', name: '', levels: {} }}
      writePermission="groups.write"
      follows={() => say('follows')}
      names={{ name: say('name'), levels: say('agents') }}
      fields={(skill) => <Fields skill={skill} />}
    />
  )
}

function Fields({ skill }: { skill: Skill | null }) {
  const say = skillWords.useWords()
  const rules = useFieldRules()
  return (
    <>
      <Form.Item
        name="skill_id"
        label={say('id')}
        extra={skill === null && say('id.hint')}
        rules={[rules.required(say('id')), { pattern: /^[a-z0-9_-]{1,32}$/, message: say('id.bad') }]}
      >
        <Input disabled={skill !== null} autoFocus={skill === null} style={{ width: 200 }} />
      </Form.Item>
      <Form.Item name="name" label={say('name')} rules={[rules.required(say('name'))]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="levels" label={say('agents')} extra={say('agents.hint')}>
        <Levels />
      </Form.Item>
    </>
  )
}

export const NewSkillPage = () => <Editor id={null} />

export function SkillPage() {
  const { skill_id = '' } = useParams()
  return <Editor id={skill_id} />
}
