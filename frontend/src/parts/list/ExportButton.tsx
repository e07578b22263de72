import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { download } from '@/api/client'
import { textOf } from '../ErrorNotice'
import { partWords } from '../locale'

/** Fetches the whole export with the list's filters and hands it to the browser as a file. */
export function ExportButton({ path, values }: { path: string; values: Record<string, string> }) {
  const say = partWords.useWords()
  const { message } = App.useApp()
  const run = useMutation({
    mutationFn: () => download(`${path}?${new URLSearchParams(values).toString()}`),
    onSuccess: ({ blob, name }) => {
      const url = URL.createObjectURL(blob)
      Object.assign(document.createElement('a'), { href: url, download: name ?? 'export.csv' }).click()
      URL.revokeObjectURL(url)
    },
    onError: (error) => void message.error(textOf(error, say)),
  })
  return (
    <Button icon={<DownloadOutlined />} loading={run.isPending} onClick={() => run.mutate()}>
      {run.isPending ? say('list.exporting') : say('list.export')}
    </Button>
  )
}
