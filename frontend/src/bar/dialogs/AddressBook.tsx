import { Button, Drawer, Input, Select } from 'antd'
import { useState } from 'react'
import type { Contact } from '@/api/types'
import { useMay } from '@/api/session'
import { useOwn } from '@/live/useLive'
import { phone } from '@/phone/phone'
import { useDepartments } from '../api'
import { consult, dial, transfer } from '../commands'
import { closeDialog, useDialog } from '../dialogs'
import { barWords } from '../locale'
import { situationOf, whyNot, type ButtonId } from '../rules'
import { useCommand } from '../useCommand'
import { Colleagues } from './Colleagues'
import { useTyped } from './useTyped'

/** The address book: find a colleague by department, name, pinyin or extension; dial, transfer or consult. */
export function AddressBook() {
  const say = barWords.useWords()
  return (
    <Drawer open={useDialog('address_book')} onClose={closeDialog} title={say('book.title')} size={460} destroyOnHidden>
      <Book />
    </Drawer>
  )
}

function Book() {
  const say = barWords.useWords()
  const { typed, settled, type } = useTyped()
  const [department, setDepartment] = useState<string>()
  const departments = useDepartments(true).data?.items ?? []
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <div className="row">
        <Input
          autoFocus
          allowClear
          aria-label={say('target.search')}
          placeholder={say('target.search')}
          value={typed}
          onChange={(event) => type(event.target.value)}
        />
        {departments.length > 0 && (
          <Select
            allowClear
            style={{ width: 170, flex: 'none' }}
            placeholder={say('book.all')}
            aria-label={say('book.all')}
            value={department}
            options={departments.map((one) => ({ value: one.department_id, label: one.name }))}
            onChange={setDepartment}
          />
        )}
      </div>
      <Colleagues q={settled} department={department} actions={(entry) => <Actions entry={entry} />} />
    </div>
  )
}

function Actions({ entry }: { entry: Contact }) {
  const say = barWords.useWords()
  const command = useCommand()
  const situation = situationOf(useOwn(), phone())
  const works = useMay('agent.work')
  const can = (button: ButtonId): boolean => works && whyNot(button, situation) === null
  const run = (button: ButtonId, act: () => Promise<void>): void => {
    void command(button, say(`do.${button}`), act).then((done) => done && closeDialog())
  }
  const target = { kind: 'agent' as const, id: entry.username }
  if (situation.own.leg !== null) {
    return (
      <>
        <Button size="small" disabled={!can('consult')} onClick={() => run('consult', () => consult(target))}>
          {say('book.consult')}
        </Button>
        <Button size="small" disabled={!can('transfer')} onClick={() => run('transfer', () => transfer(target))}>
          {say('book.transfer')}
        </Button>
      </>
    )
  }
  return (
    <Button size="small" type="primary" disabled={!can('dial')} onClick={() => run('dial', () => dial(`agent:${entry.username}`))}>
      {say('book.dial')}
    </Button>
  )
}
