import { PlusOutlined } from '@ant-design/icons'
import { Button, Tag } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { screeningRecords } from '@/api/records'
import { useMay } from '@/api/session'
import type { ScreeningEntry } from '@/api/types'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { ListQuery } from '@/parts/list/types'
import { nationalNumber } from '@/parts/numbers'
import { RecordPage } from '@/parts/record/RecordPage'
import { TimeText } from '@/parts/TimeText'
import { screeningWords } from './locale'
import { ANONYMOUS, patternOf } from './parts/patterns'
import { ScreeningFields } from './parts/ScreeningFields'

const loadEntries = async (query: ListQuery) => {
  const all = await screeningRecords.all()
  return localPage(
    all.filter((one) => query.kind === undefined || one.kind === query.kind),
    query,
    (one) => [one.pattern, nationalNumber(one.pattern), one.reason],
  )
}

export function ScreeningPage() {
  const say = screeningWords.useWords()
  const navigate = useNavigate()
  const mayWrite = useMay('screening.write')
  const create = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/screening/new')}>
      {say('new')}
    </Button>
  )
  const removeAll = async (entries: ScreeningEntry[]): Promise<void> => {
    for (const entry of entries) await screeningRecords.remove(entry)
  }
  return (
    <ListPage<ScreeningEntry>
      id={screeningRecords.key}
      title={say('title')}
      load={loadEntries}
      rowKey={(one) => one.entry_id}
      search={say('search')}
      filters={[
        {
          key: 'kind',
          label: say('kind'),
          control: 'select',
          options: (['black', 'white'] as const).map((value) => ({ value, label: say(`kind.${value}`) })),
        },
      ]}
      columns={[
        {
          key: 'kind',
          title: say('kind'),
          render: (one) => <Tag variant={one.kind === 'black' ? 'solid' : 'outlined'}>{say(`kind.${one.kind}`)}</Tag>,
        },
        {
          key: 'pattern',
          title: say('pattern'),
          render: (one) => (
            <span className="figures" title={one.pattern}>
              {one.pattern === ANONYMOUS ? say('anonymous') : nationalNumber(one.pattern)}
            </span>
          ),
        },
        { key: 'reason', title: say('reason'), render: (one) => one.reason || '—' },
        {
          key: 'expires',
          title: say('expires'),
          render: (one) => (one.expires_at === null ? say('expires.never') : <TimeText at={one.expires_at} />),
        },
      ]}
      onOpen={(one) => void navigate(`/screening/${encodeURIComponent(one.entry_id)}`)}
      actions={create}
      bulk={mayWrite ? [{ key: 'remove', label: say('remove'), danger: true, run: removeAll }] : undefined}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

function Editor({ id }: { id: string | null }) {
  const say = screeningWords.useWords()
  return (
    <RecordPage<ScreeningEntry>
      records={screeningRecords}
      id={id}
      newTitle={say('new')}
      title={(one) => `${say(`kind.${one.kind}`)} ${one.pattern === ANONYMOUS ? say('anonymous') : nationalNumber(one.pattern)}`}
      initial={{ entry_id: '', kind: 'black', pattern: '', reason: '', expires_at: null }}
      writePermission="screening.write"
      follows={() => say('follows')}
      names={{ reason: say('reason'), expires_at: say('expires') }}
      tidy={(one) => ({ ...one, pattern: patternOf(one.pattern) ?? one.pattern })}
      fields={(one) => <ScreeningFields entry={one} />}
    />
  )
}

export const NewScreeningPage = () => <Editor id={null} />

export function ScreeningEntryPage() {
  const { entry_id = '' } = useParams()
  return <Editor id={entry_id} />
}
