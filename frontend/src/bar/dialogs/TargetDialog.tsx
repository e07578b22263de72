import { ArrowLeftOutlined } from '@ant-design/icons'
import { Button, Input, Modal, Segmented } from 'antd'
import { useState, type ReactNode } from 'react'
import { useMay } from '@/api/session'
import type { Target } from '@/api/types'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { dialable } from '@/parts/numbers'
import { useAgentGroups, useGroups, useTransferFlows, useTransferNodes } from '../api'
import { conference, consult, transfer } from '../commands'
import { closeDialog, useDialog } from '../dialogs'
import { barWords } from '../locale'
import { useCommand } from '../useCommand'
import { Colleagues } from './Colleagues'
import { kindsFor, type Purpose, type ShownKind } from './targets'
import { useTyped } from './useTyped'

const RUN = { transfer, consult, conference }

/** Whom to transfer to, consult or invite. */
export function TargetDialog({ purpose }: { purpose: Purpose }) {
  const say = barWords.useWords()
  return (
    <Modal open={useDialog(purpose)} onCancel={closeDialog} title={say(`do.${purpose}`)} footer={null} width={560} destroyOnHidden>
      <p className="quiet" style={{ marginTop: 0 }}>
        {say(`tip.${purpose}`)}
      </p>
      <Picker purpose={purpose} />
    </Modal>
  )
}

function Picker({ purpose }: { purpose: Purpose }) {
  const say = barWords.useWords()
  const command = useCommand()
  const [kind, setKind] = useState<ShownKind>('agent')
  const { typed, settled, type } = useTyped()
  const choose = (target: Target): void => {
    void command(purpose, say(`do.${purpose}`), () => RUN[purpose](target)).then((done) => done && closeDialog())
  }
  const button = (target: Target): ReactNode => (
    <Button size="small" type="primary" data-target={target.id} onClick={() => choose(target)}>
      {say(`target.${purpose}`)}
    </Button>
  )
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <Segmented<ShownKind>
        block
        value={kind}
        options={kindsFor(purpose).map((one) => ({ value: one, label: say(`target.${one}`) }))}
        onChange={setKind}
      />
      {kind !== 'outside' && (
        <Input
          autoFocus
          allowClear
          aria-label={say(kind === 'agent' ? 'target.search' : 'target.search_name')}
          placeholder={say(kind === 'agent' ? 'target.search' : 'target.search_name')}
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
      )}
      {kind === 'agent' && <Colleagues q={settled} actions={(entry) => button({ kind, id: entry.username })} />}
      {kind === 'group' && <Groups q={typed} action={(id) => button({ kind, id })} />}
      {kind === 'flow' && <Flows q={typed} action={(id, node) => button({ kind, id, node })} />}
      {kind === 'outside' && <Outside purpose={purpose} choose={(id) => choose({ kind, id })} />}
    </div>
  )
}

interface NamedProps {
  q: string
  action: (id: string) => ReactNode
}

function Named({ items, action, none }: { items: { id: string; name: string }[]; action: (id: string) => ReactNode; none: string }) {
  if (items.length === 0) return <p className="quiet">{none}</p>
  return (
    <ul className="pick" style={{ minHeight: 200 }}>
      {items.map((item) => (
        <li key={item.id}>
          <b className="grow cut">{item.name}</b>
          {action(item.id)}
        </li>
      ))}
    </ul>
  )
}

const matching = (items: { id: string; name: string }[], q: string): { id: string; name: string }[] =>
  items.filter((item) => `${item.name} ${item.id}`.toLowerCase().includes(q.trim().toLowerCase()))

function Groups({ q, action }: NamedProps) {
  const say = barWords.useWords()
  const readsAll = useMay('groups.read')
  const all = useGroups().data?.items ?? []
  const own = useAgentGroups().data?.items ?? []
  const items = (readsAll ? all : own).map((group) => ({ id: group.group_id, name: group.name }))
  return <Named items={matching(items, q)} action={action} none={say('target.none')} />
}

interface FlowsProps {
  q: string
  action: (id: string, node?: string) => ReactNode
}

/** A flow to begin, or one of its nodes to come in at. */
function Flows({ q, action }: FlowsProps) {
  const say = barWords.useWords()
  const [open, setOpen] = useState<{ id: string; name: string } | null>(null)
  const items = (useTransferFlows().data?.items ?? []).map((flow) => ({ id: flow.flow_id, name: flow.name }))
  if (open !== null) return <Nodes flow={open} q={q} action={(node) => action(open.id, node)} back={() => setOpen(null)} />
  const both = (id: string): ReactNode => (
    <>
      <Button size="small" data-nodes={id} onClick={() => setOpen(items.find((one) => one.id === id) ?? null)}>
        {say('target.nodes')}
      </Button>
      {action(id)}
    </>
  )
  return <Named items={matching(items, q)} action={both} none={say('target.no_flows')} />
}

interface NodesProps {
  flow: { id: string; name: string }
  q: string
  action: (node: string) => ReactNode
  back: () => void
}

function Nodes({ flow, q, action, back }: NodesProps) {
  const say = barWords.useWords()
  const found = useTransferNodes(flow.id)
  const items = (found.data?.items ?? []).map((node) => ({ id: node.node_id, name: node.label }))
  return (
    <>
      <div className="row">
        <Button size="small" icon={<ArrowLeftOutlined />} onClick={back}>
          {say('target.back')}
        </Button>
        <b className="grow cut">{flow.name}</b>
      </div>
      {found.isError ? <ErrorNotice error={found.error} retry={() => void found.refetch()} /> : <Named items={matching(items, q)} action={action} none={found.isLoading ? '' : say('target.none')} />}
    </>
  )
}

function Outside({ purpose, choose }: { purpose: Purpose; choose: (number: string) => void }) {
  const say = barWords.useWords()
  const [typed, setTyped] = useState('')
  const number = dialable(typed)
  const wrong = typed !== '' && number === null
  return (
    <div style={{ display: 'grid', gap: 8, minHeight: 200, alignContent: 'start' }}>
      <Input.Search
        autoFocus
        size="large"
        inputMode="tel"
        aria-label={say('target.number')}
        placeholder={say('target.number')}
        status={wrong ? 'error' : ''}
        value={typed}
        enterButton={<Button type="primary" disabled={number === null}>{say(`target.${purpose}`)}</Button>}
        onChange={(event) => setTyped(event.target.value)}
        onSearch={() => number !== null && choose(number)}
      />
      <span className="quiet" role="status">
        {wrong ? say('dial.bad') : ''}
      </span>
    </div>
  )
}
