import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Input, Upload } from 'antd'
import { useState } from 'react'
import { ErrorNotice } from '@/parts/ErrorNotice'
import { importNumbers } from '../api'
import { listWords } from '../locale'

/** Numbers pasted or read from a file; says which lines hold none, and leaves these to be mended. */
export function ImportNumbers({ list, onTaken }: { list: string; onTaken: () => void }) {
  const say = listWords.useWords()
  const [text, setText] = useState('')
  const run = useMutation({
    mutationFn: () => importNumbers(list, text),
    onSuccess: (taken) => {
      setText(taken.bad.map((one) => one.text).join('\n'))
      onTaken()
    },
  })
  return (
    <div style={{ display: 'grid', gap: 8, marginBottom: 20 }}>
      <h2 style={{ fontSize: 15, margin: 0 }}>{say('import')}</h2>
      <span className="quiet">{say('import.hint')}</span>
      <Input.TextArea aria-label={say('import')} rows={5} spellCheck={false} placeholder={say('import.placeholder')} value={text} onChange={(event) => setText(event.target.value)} />
      <div className="row">
        <Button type="primary" disabled={text.trim() === ''} loading={run.isPending} onClick={() => run.mutate()}>
          {say('import.run')}
        </Button>
        <Upload
          accept=".csv,.txt,text/csv,text/plain"
          showUploadList={false}
          beforeUpload={(file) => {
            void file.text().then(setText)
            return false
          }}
        >
          <Button>{say('import.file')}</Button>
        </Upload>
      </div>
      {run.isError && <ErrorNotice error={run.error} />}
      {run.data && <Taken taken={run.data.taken} bad={run.data.bad} />}
    </div>
  )
}

function Taken({ taken, bad }: { taken: number; bad: readonly { line: number; text: string }[] }) {
  const say = listWords.useWords()
  const lines = bad.length > 0 && (
    <>
      {say('import.bad', { count: bad.length })}
      <ul style={{ margin: 0 }}>
        {bad.slice(0, 10).map((one) => (
          <li key={one.line}>{say('import.line', { line: one.line, text: one.text })}</li>
        ))}
      </ul>
    </>
  )
  return <Alert type={bad.length > 0 ? 'warning' : 'success'} showIcon role="status" title={say('import.done', { taken })} description={lines || undefined} />
}
