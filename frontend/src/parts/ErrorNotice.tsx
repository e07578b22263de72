import { Alert, Button, Typography } from 'antd'
import { ApiError } from '@/api/errors'
import { partWords } from './locale'

type Say = ReturnType<typeof partWords.useWords>

/** What happened, in the reader's language: the server's own sentence where there is one. */
export function textOf(error: unknown, say: Say): string {
  if (!(error instanceof ApiError)) return say('error.broken')
  return error.unreachable ? say('error.unreachable') : error.message
}

interface Props {
  error: unknown
  retry?: () => void
  title?: string
}

/** An error in the page: what happened, what to do, and the correlation id to tell the administrator. */
export function ErrorNotice({ error, retry, title }: Props) {
  const say = partWords.useWords()
  const id = error instanceof ApiError ? error.correlationId : null
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title ?? say('error.title')}
      description={
        <>
          <div>{textOf(error, say)}</div>
          {id !== null && (
            <Typography.Text type="secondary" copyable={{ text: id, tooltips: [say('error.copy'), say('copy.done')] }}>
              {say('error.id')} {id}
            </Typography.Text>
          )}
        </>
      }
      action={retry && <Button onClick={retry}>{say('error.retry')}</Button>}
    />
  )
}
