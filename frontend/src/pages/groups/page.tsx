import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useMay } from '@/api/session'
import type { Group } from '@/api/types'
import { useChoices } from '@/parts/fields/choices'
import { duration } from '@/parts/format'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { Column, ListQuery } from '@/parts/list/types'
import { RecordPage } from '@/parts/record/RecordPage'
import { groupRecords } from './api'
import { groupWords } from './locale'
import { GroupFields } from './parts/GroupFields'
import { Members } from './parts/Members'
import { tidyGroup } from './parts/rules'

const loadGroups = async (query: ListQuery) =>
  localPage(await groupRecords.all(), query, (group) => [group.name, group.group_id, group.extension])

export function GroupsPage() {
  const say = groupWords.useWords()
  const navigate = useNavigate()
  const create = useMay('groups.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/groups/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<Group>
      id={groupRecords.key}
      title={say('title')}
      load={loadGroups}
      rowKey={(group) => group.group_id}
      search={say('search')}
      columns={useColumns()}
      onOpen={(group) => void navigate(`/groups/${encodeURIComponent(group.group_id)}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

function useColumns(): Column<Group>[] {
  const say = groupWords.useWords()
  const departments = useChoices('department')
  const schedules = useChoices('schedule')
  return [
    { key: 'id', title: say('id'), render: (group) => <span className="figures">{group.group_id}</span> },
    { key: 'name', title: say('name'), render: (group) => group.name },
    { key: 'method', title: say('method'), render: (group) => say(`method.${group.method}`) },
    { key: 'ring', title: say('ring'), align: 'right', render: (group) => duration(group.ring_s) },
    { key: 'wrap_up', title: say('wrap_up'), align: 'right', render: (group) => duration(group.wrap_up_s) },
    { key: 'service_level', title: say('service_level'), align: 'right', render: (group) => duration(group.service_level_s) },
    { key: 'schedule', title: say('schedule'), render: (group) => (group.schedule_id ? schedules.nameOf(group.schedule_id) : say('schedule.none')) },
    { key: 'department', title: say('department'), render: (group) => departments.nameOf(group.department_id || null) },
    { key: 'extension', title: say('extension'), render: (group) => group.extension || '—', hidden: true },
  ]
}

const BLANK: Partial<Group> = {
  group_id: '',
  name: '',
  extension: '',
  method: 'longest_idle',
  ring_s: 20,
  wrap_up_s: 30,
  wrap_up_limit_s: 300,
  max_wait_s: null,
  timeout_route: null,
  max_waiting: null,
  overflow_route: null,
  empty_route: null,
  leave_key: null,
  leave_route: null,
  schedule_id: null,
  closed_route: null,
  greeting: { 'zh-CN': '', en: '' },
  greeting_prompt_id: null,
  music_url: null,
  music_prompt_id: null,
  announce_position: true,
  announce_every_s: 30,
  announce_agent: true,
  record: true,
  recording_control: 'none',
  recording_pause_s: 120,
  show_listening: null,
  service_level_s: 20,
  ageing_rate: 1,
  department_id: null,
  voicemail_greeting: { 'zh-CN': '', en: '' },
  service_level_min: null,
  service_level_route: null,
  queue_flow_id: null,
  callback_key: null,
  callback_tries: 2,
  callback_retry_s: 600,
  own_rule: '',
  skill_rules: [],
  memory: 'none',
  memory_s: 20,
  memory_days: 30,
  priority_rules: [],
  priority_formula: '',
  survey_id: null,
  survey_asked: 'never',
  survey_share: 100,
  survey_outbound: false,
}

function Editor({ id }: { id: string | null }) {
  const say = groupWords.useWords()
  return (
    <RecordPage<Group>
      records={groupRecords}
      id={id}
      newTitle={say('new')}
      title={(group) => group.name}
      initial={BLANK}
      writePermission="groups.write"
      follows={() => say('follows')}
      names={{
        name: say('name'),
        extension: say('extension'),
        department_id: say('department'),
        schedule_id: say('schedule'),
        closed_route: say('closed'),
        method: say('method'),
        ring_s: say('ring'),
        own_rule: say('own_rule'),
        memory: say('memory'),
        memory_s: say('memory_s'),
        memory_days: say('memory_days'),
        skill_rules: say('skill_rules'),
        priority_rules: say('priority_rules'),
        priority_formula: say('priority_formula'),
        ageing_rate: say('ageing'),
        greeting: say('greeting'),
        greeting_prompt_id: say('greeting_prompt'),
        music_url: say('music'),
        music_prompt_id: say('music_prompt'),
        announce_position: say('position'),
        announce_every_s: say('every'),
        max_wait_s: say('max_wait'),
        timeout_route: say('timeout'),
        max_waiting: say('max_waiting'),
        overflow_route: say('overflow'),
        empty_route: say('empty_route'),
        service_level_min: say('service_level_min'),
        service_level_route: say('service_level_route'),
        queue_flow_id: say('queue_flow'),
        callback_key: say('callback_key'),
        callback_tries: say('callback_tries'),
        callback_retry_s: say('callback_retry_s'),
        leave_key: say('leave_key'),
        leave_route: say('leave_route'),
        announce_agent: say('announce_agent'),
        record: say('record'),
        recording_control: say('recording_control'),
        recording_pause_s: say('recording_pause'),
        show_listening: say('show_listening'),
        wrap_up_s: say('wrap_up'),
        wrap_up_limit_s: say('wrap_up_limit'),
        service_level_s: say('service_level'),
        voicemail_greeting: say('voicemail'),
        survey_id: say('survey'),
        survey_asked: say('survey_asked'),
        survey_share: say('survey_share'),
        survey_outbound: say('survey_outbound'),
      }}
      tidy={tidyGroup}
      beside={(group) => <Members group={group} />}
      fields={(group) => <GroupFields group={group} />}
    />
  )
}

export const NewGroupPage = () => <Editor id={null} />

export function GroupPage() {
  const { group_id = '' } = useParams()
  return <Editor id={group_id} />
}
