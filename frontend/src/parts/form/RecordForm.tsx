import './form.css'
import { Button, Form } from 'antd'
import { useId, type ReactNode } from 'react'
import { isCode } from '@/api/errors'
import { ErrorNotice } from '../ErrorNotice'
import { partWords } from '../locale'
import { ChangedMeanwhile } from './ChangedMeanwhile'
import type { FieldNames } from './changes'
import { DeleteButton, type Deletion } from './DeleteButton'
import { RecordDirty } from './dirty'
import { useRecord, type RecordState } from './useRecord'

export interface RecordFormProps<T extends { version: number }> {
  /** The record as it was read; null while a new one is written. */
  record: T | null
  /** The values that a new record starts with. */
  initial?: Partial<T>
  /** Sends the whole record (with the version that was read) and answers what was stored. */
  save: (record: T) => Promise<T>
  /** Reads the record again, for when someone else changed it. */
  reload?: () => Promise<T>
  onSaved: (saved: T) => void
  onCancel?: () => void
  readOnly?: boolean
  deletion?: Deletion
  /** Names of the fields, to say what someone else changed meanwhile. */
  names?: FieldNames<T>
  /** `Form.Item`s, in `FormSection`s when there are many. Rules are checked as one types. */
  children: ReactNode
}

/** The pattern of every record's form: one column, checked as one types, guarded, and honest about concurrent changes. */
export function RecordForm<T extends { version: number }>(props: RecordFormProps<T>) {
  const { record, initial, readOnly = false, children } = props
  const state = useRecord(props)
  // Several forms are mounted at once, one a tab: without a name of its own their fields would share ids, and labels lead astray.
  const name = useId()
  return (
    <Form<T>
      form={state.form}
      name={name}
      layout="vertical"
      className="record-form"
      disabled={readOnly || state.saving}
      initialValues={record ?? initial}
      onValuesChange={state.touch}
      onFinish={state.save}
      scrollToFirstError={{ focus: true }}
    >
      <RecordDirty value={state.dirty}>{children}</RecordDirty>
      <Trouble state={state} canReload={props.reload !== undefined} />
      {!readOnly && <Foot {...props} state={state} />}
    </Form>
  )
}

function Trouble<T>({ state, canReload }: { state: RecordState<T>; canReload: boolean }) {
  if (state.error === null) return null
  if (!canReload || !isCode(state.error, 'changed_meanwhile')) return <ErrorNotice error={state.error} />
  return <ChangedMeanwhile changes={state.changes} takeTheirs={state.takeTheirs} keepMine={state.keepMine} />
}

interface FootProps {
  record: object | null
  onCancel?: () => void
  deletion?: Deletion
  state: { dirty: boolean; saving: boolean }
}

function Foot({ record, onCancel, deletion, state }: FootProps) {
  const say = partWords.useWords()
  return (
    <footer className="record-form-foot row">
      <Button type="primary" htmlType="submit" loading={state.saving} disabled={record !== null && !state.dirty}>
        {record === null ? say('form.create') : say('form.save')}
      </Button>
      {onCancel && <Button onClick={onCancel}>{say('form.cancel')}</Button>}
      <span className="quiet grow" role="status">
        {state.dirty ? say('form.unsaved') : ''}
      </span>
      {deletion && <DeleteButton {...deletion} />}
    </footer>
  )
}

/** A titled part of a long form. */
export function FormSection({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="form-section">
      <h2>{title}</h2>
      {hint && <p className="quiet">{hint}</p>}
      {children}
    </section>
  )
}
