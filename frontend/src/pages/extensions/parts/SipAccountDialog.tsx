import { Alert, Button, Descriptions, Modal, QRCode, Typography } from 'antd'
import type { SipAccount } from '@/api/types'
import { partWords } from '@/parts/locale'
import { extensionWords } from '../locale'

interface Props {
  account: SipAccount
  /** Where calls to the extension go now: the phone rings only if that is its own address. */
  address: string
  close: () => void
}

/** What is entered at a SIP phone, to be copied or scanned. It cannot be shown again, so only its button and its cross close it. */
export function SipAccountDialog({ account, address, close }: Props) {
  const say = extensionWords.useWords()
  const items = [
    { key: 'username', label: say('sip.username'), children: <Copied name={say('sip.username')} text={account.username} /> },
    { key: 'password', label: say('sip.password'), children: <Copied name={say('sip.password')} text={account.password} /> },
    { key: 'domain', label: say('sip.domain'), children: <Copied name={say('sip.domain')} text={account.domain} /> },
    { key: 'address', label: say('sip.address'), children: <Copied name={say('sip.address')} text={account.address} /> },
  ]
  return (
    <Modal
      open
      title={say('sip.dialog', { extension: account.username })}
      onCancel={close}
      width={640}
      mask={{ closable: false }}
      keyboard={false}
      footer={
        <Button type="primary" onClick={close}>
          {say('sip.noted')}
        </Button>
      }
    >
      <Alert type="warning" showIcon title={say('sip.once')} style={{ marginBottom: 12 }} />
      <div className="row wrap" style={{ gap: 16 }}>
        {/* Dark on white in the dark theme too: cameras look for that. */}
        <QRCode type="svg" value={account.provisioning} size={168} color="#000000" bgColor="#ffffff" aria-label={say('sip.qr')} role="img" />
        <Descriptions className="grow" size="small" column={1} bordered items={items} />
      </div>
      <p className="quiet">{say('sip.qr_hint')}</p>
      {address !== account.address && <Alert type="info" showIcon title={say('sip.elsewhere', { address, own: account.address })} />}
    </Modal>
  )
}

function Copied({ name, text }: { name: string; text: string }) {
  const say = extensionWords.useWords()
  const sayPart = partWords.useWords()
  return (
    <Typography.Text code copyable={{ text, tooltips: [say('sip.copy', { name }), sayPart('copy.done')] }}>
      {text}
    </Typography.Text>
  )
}
