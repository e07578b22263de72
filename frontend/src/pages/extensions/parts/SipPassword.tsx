import { KeyOutlined } from '@ant-design/icons'
import { App, Button, Form } from 'antd'
import type { Extension } from '@/api/types'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { useRecordDirty } from '@/parts/form/dirty'
import { partWords } from '@/parts/locale'
import { TimeText } from '@/parts/TimeText'
import { extensionWords } from '../locale'
import { SipAccountDialog } from './SipAccountDialog'
import { useSipPassword } from './useSipPassword'

/** Of a stored SIP extension, inside its form: since when its phone has a password, a new one, none. */
export function SipPassword({ extension }: { extension: Extension }) {
  const say = extensionWords.useWords()
  const sayPart = partWords.useWords()
  const { modal } = App.useApp()
  // A password is a new version of the extension: what is typed would have to be saved over it.
  const unsaved = useRecordDirty()
  const { account, busy, error, make, take, noted } = useSipPassword(extension.extension)
  const has = extension.sip_password_at !== null
  const confirm = (title: string, content: string, okText: string, onOk: () => Promise<void>): void =>
    void modal.confirm({ title, content, okText, onOk, okButtonProps: { danger: true }, cancelText: sayPart('form.cancel'), focusable: { autoFocusButton: 'cancel' } })
  const renew = (): void => (has ? confirm(say('sip.renew_title'), say('sip.renew_follows'), say('sip.make'), make) : void make())
  return (
    <Form.Item label={say('sip')} extra={say(unsaved ? 'sip.save_first' : 'sip.hint')}>
      <div className="row wrap">
        <span>{has ? <>{say('sip.made_at')} <TimeText at={extension.sip_password_at} /></> : say('sip.none')}</span>
        <Button icon={<KeyOutlined />} loading={busy} disabled={unsaved} onClick={renew}>
          {say('sip.make')}
        </Button>
        {has && (
          <Button danger disabled={unsaved || busy} onClick={() => confirm(say('sip.take_title'), say('sip.take_follows'), say('sip.take'), take)}>
            {say('sip.take')}
          </Button>
        )}
      </div>
      {error !== null && <ErrorNotice error={error} />}
      {account && <SipAccountDialog account={account} address={extension.address} close={noted} />}
    </Form.Item>
  )
}
