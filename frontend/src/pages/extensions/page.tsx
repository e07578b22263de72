import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useMay } from '@/api/session'
import type { Extension } from '@/api/types'
import { useChoices } from '@/parts/fields/choices'
import { cleanRoute } from '@/parts/fields/routes'
import { e164 } from '@/parts/fields/rules'
import { ListPage } from '@/parts/list/ListPage'
import { localPage } from '@/parts/list/localPage'
import type { ListQuery } from '@/parts/list/types'
import { nationalNumber } from '@/parts/numbers'
import { RecordPage } from '@/parts/record/RecordPage'
import { extensionRecords } from './api'
import { extensionWords } from './locale'
import { ExtensionFields } from './parts/ExtensionFields'
import { cleanFollow, unansweredOf } from './parts/followMe'

const loadExtensions = async (query: ListQuery) =>
  localPage(await extensionRecords.all(), query, (one) => [one.extension, one.username, one.address, one.name])

export function ExtensionsPage() {
  const say = extensionWords.useWords()
  const navigate = useNavigate()
  const agents = useChoices('agent')
  const create = useMay('extensions.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate('/extensions/new')}>
      {say('new')}
    </Button>
  )
  return (
    <ListPage<Extension>
      id={extensionRecords.key}
      title={say('title')}
      load={loadExtensions}
      rowKey={(one) => one.extension}
      search={say('search')}
      columns={[
        { key: 'extension', title: say('extension'), render: (one) => <span className="figures">{one.extension}</span> },
        { key: 'username', title: say('username'), render: (one) => agents.nameOf(one.username) },
        { key: 'kind', title: say('kind'), render: (one) => say(`kind.${one.kind}`) },
        { key: 'address', title: say('address'), render: (one) => (one.address ? nationalNumber(one.address) : '—') },
        { key: 'name', title: say('name'), render: (one) => one.name || '—' },
      ]}
      onOpen={(one) => void navigate(`/extensions/${one.extension}`)}
      actions={create}
      empty={{ title: say('empty'), hint: say('empty.hint'), action: create }}
    />
  )
}

/** Only what belongs to the kind of phone: a browser phone and a virtual extension have no address. A field that was emptied is null in the form. */
export function tidyExtension(one: Extension): Extension {
  const typed = (one.address || '').trim()
  const address = one.kind === 'sip' ? typed : one.kind === 'outside' ? e164(typed) : ''
  const tidy = (route: Extension['unanswered']) => (unansweredOf(route) === 'mailbox' ? route : cleanRoute(route))
  return { ...one, address, follow_me: cleanFollow(one.follow_me), unanswered: tidy(one.unanswered), busy: tidy(one.busy), unreachable: tidy(one.unreachable) }
}

function Editor({ id }: { id: string | null }) {
  const say = extensionWords.useWords()
  return (
    <RecordPage<Extension>
      records={extensionRecords}
      id={id}
      newTitle={say('new')}
      title={(one) => `${say('extension')} ${one.extension}`}
      initial={{ extension: '', kind: 'browser', username: null, address: '', name: '', sip_password_at: null, follow_me: [], follow_me_in_order: true, unanswered: null, busy: null, unreachable: null }}
      writePermission="extensions.write"
      follows={() => say('follows')}
      names={{
        kind: say('kind'), username: say('username'), address: say('address'), name: say('name'), follow_me: say('follow'),
        follow_me_in_order: say('follow.how'), unanswered: say('unanswered'), busy: say('busy'), unreachable: say('unreachable'),
      }}
      tidy={tidyExtension}
      fields={(one) => <ExtensionFields extension={one} />}
    />
  )
}

export const NewExtensionPage = () => <Editor id={null} />

export function ExtensionPage() {
  const { extension = '' } = useParams()
  return <Editor id={extension} />
}
