import { CloudDownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { useFieldRules } from '@/parts/fields/rules'
import { nationalNumber } from '@/parts/numbers'
import { importNumbers, trunkNumberRecords } from '../api'
import { trunkWords } from '../locale'

export function ImportButton({ carriers }: { carriers: readonly string[] }) {
  const say = trunkWords.useWords()
  const rules = useFieldRules()
  const [open, setOpen] = useState(false)
  const run = useMutation({ mutationFn: importNumbers, onSuccess: trunkNumberRecords.changed })
  const close = (): void => {
    setOpen(false)
    run.reset()
  }
  return (
    <>
      <Button type="primary" icon={<CloudDownloadOutlined />} onClick={() => setOpen(true)}>
        {say('import')}
      </Button>
      <Modal
        open={open}
        title={say('import.title')}
        okText={say('import')}
        cancelText={say(run.data ? 'close' : 'cancel')}
        okButtonProps={{ htmlType: 'submit', form: 'import-numbers', loading: run.isPending }}
        onCancel={close}
        destroyOnHidden
      >
        <p>{say('import.hint')}</p>
        <Form<{ carrier: string }>
          id="import-numbers"
          layout="vertical"
          initialValues={{ carrier: carriers[0] ?? '' }}
          onFinish={({ carrier }) => run.mutate(carrier.trim())}
        >
          <Form.Item
            name="carrier"
            label={say('import.carrier')}
            extra={say('import.carrier.hint')}
            rules={[rules.required(say('import.carrier'))]}
          >
            <Input autoFocus spellCheck={false} />
          </Form.Item>
        </Form>
        {run.isError && <ErrorNotice error={run.error} />}
        {run.data && <Outcome added={run.data.added} kept={run.data.kept.length} leave={close} />}
      </Modal>
    </>
  )
}

function Outcome({ added, kept, leave }: { added: string[]; kept: number; leave: () => void }) {
  const say = trunkWords.useWords()
  return (
    <Alert
      type="success"
      showIcon
      role="status"
      title={say('import.done', { added: added.length, kept })}
      description={
        added.length > 0 && (
          <>
            {say('import.next')}
            <ul aria-label={say('import.added')} style={{ maxHeight: 240, overflow: 'auto', margin: '8px 0 0' }}>
              {added.map((number) => (
                <li key={number}>
                  <Link to={`/trunk-numbers/${encodeURIComponent(number)}`} onClick={leave}>
                    {nationalNumber(number)}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )
      }
    />
  )
}
