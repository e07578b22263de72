import { DeleteOutlined, PhoneFilled } from '@ant-design/icons'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { dialable, nationalNumber } from '@/parts/numbers'
import { dial } from '../commands'
import { closeDialog, useDialog } from '../dialogs'
import { barWords } from '../locale'
import { useCommand } from '../useCommand'
import { Colleagues } from './Colleagues'
import { Keypad } from './Keypad'
import { useTyped } from './useTyped'

const asksForPerson = (typed: string): boolean => /[\p{L}]/u.test(typed)

/** The dial pad: a number, an extension, or a colleague by name. */
export function DialDialog() {
  const say = barWords.useWords()
  return (
    <Modal open={useDialog('dial')} onCancel={closeDialog} title={say('dial.title')} footer={null} width={420} destroyOnHidden>
      <Pad />
    </Modal>
  )
}

function Pad() {
  const say = barWords.useWords()
  const command = useCommand()
  const { typed, settled, type } = useTyped()
  const [tried, setTried] = useState(false)
  const number = dialable(typed)
  const call = (to: string): void => {
    void command('dial', say('do.dial'), () => dial(to)).then((done) => done && closeDialog())
  }
  const submit = (): void => {
    if (number === null) setTried(true)
    else call(number)
  }
  return (
    <div style={{ display: 'grid', gap: 10 }}>
      <Input
        autoFocus
        size="large"
        allowClear
        aria-label={say('dial.placeholder')}
        placeholder={say('dial.placeholder')}
        value={typed}
        onChange={(event) => type(event.target.value)}
        onPressEnter={submit}
        style={{ fontSize: 20 }}
      />
      <span className={tried && number === null ? undefined : 'quiet'} role="status" style={{ height: 20 }}>
        {number === null ? (tried ? say('dial.bad') : '') : nationalNumber(number)}
      </span>
      {asksForPerson(typed) ? (
        <Colleagues
          q={settled}
          actions={(entry) => (
            <Button size="small" type="primary" icon={<PhoneFilled />} onClick={() => call(`agent:${entry.username}`)}>
              {say('dial.call')}
            </Button>
          )}
        />
      ) : (
        <>
          <Keypad press={(key) => type((before) => before + key)} />
          <div className="row">
            <Button icon={<DeleteOutlined />} aria-label={say('dial.clear')} onClick={() => type((before) => before.slice(0, -1))} />
            <Button type="primary" size="large" icon={<PhoneFilled />} block disabled={number === null} onClick={submit} data-dial>
              {say('dial.call')}
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
