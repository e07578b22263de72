import { Alert, Button } from 'antd'
import { partWords } from '../locale'
import { fieldWords } from '../fields/locale'
import { shortText, type FieldChange } from './changes'

interface Props {
  /** What they changed, field by field, where it is known. */
  changes?: readonly FieldChange[]
  takeTheirs: () => void
  keepMine: () => void
}

/** Someone else saved the record first: take theirs, or put ours over it. Nothing typed is lost until chosen. */
export function ChangedMeanwhile({ changes = [], takeTheirs, keepMine }: Props) {
  const say = partWords.useWords()
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={say('form.changed_title')}
      description={
        <>
          <p style={{ margin: '0 0 8px' }}>{say('form.changed_body')}</p>
          {changes.length > 0 && <Changes changes={changes} />}
          <div className="row">
            <Button type="primary" onClick={takeTheirs}>
              {say('form.load_theirs')}
            </Button>
            <Button danger onClick={keepMine}>
              {say('form.keep_mine')}
            </Button>
          </div>
        </>
      }
    />
  )
}

function Changes({ changes }: { changes: readonly FieldChange[] }) {
  const say = fieldWords.useWords()
  const text = (value: unknown): string | null => shortText(value, { yes: say('yes'), no: say('no') })
  return (
    <ul style={{ margin: '0 0 10px', paddingInlineStart: 20 }} aria-label={say('changes.label')}>
      {changes.map(({ field, name, before, after }) => (
        <li key={field}>
          <strong>{name}</strong>{' '}
          {text(before) === null || text(after) === null ? (
            say('changes.changed')
          ) : (
            <>
              <del>{text(before)}</del> → <ins>{text(after)}</ins>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
