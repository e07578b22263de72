import { App, Form, type FormInstance } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { isCode } from '@/api/errors'
import { useTabDirty } from '@/app/useTab'
import { partWords } from '../locale'
import { changesBetween, type FieldChange } from './changes'
import type { RecordFormProps } from './RecordForm'
import { useUnloadGuard } from './useUnloadGuard'

export interface RecordState<T> {
  form: FormInstance<T>
  dirty: boolean
  saving: boolean
  error: unknown
  /** What someone else changed since the record was read, once a save was refused for it. */
  changes: FieldChange[]
  touch: () => void
  save: () => void
  /** Drops what was typed and shows what is stored now. */
  takeTheirs: () => void
  /** Saves what was typed over what someone else stored. */
  keepMine: () => void
}

/** What a record's form does, apart from how it looks. */
export function useRecord<T extends { version: number }>(props: RecordFormProps<T>): RecordState<T> {
  const { record, initial, save, reload, onSaved, names = {} } = props
  const say = partWords.useWords()
  const { message } = App.useApp()
  const [form] = Form.useForm<T>()
  const [dirty, setDirty] = useState(false)
  const [saving, setSaving] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [changes, setChanges] = useState<FieldChange[]>([])
  // What the form was filled from. A newer record that arrives while someone types is not what he has seen, so its version must not be claimed.
  const base = useRef<T | null>(record)
  useTabDirty(dirty)
  useUnloadGuard(dirty)

  const show = (stored: T): void => {
    base.current = stored
    form.resetFields()
    form.setFieldsValue(stored)
    setDirty(false)
    setError(null)
  }
  useEffect(() => {
    // A newer record arrived (a refetch): shown at once, unless that would take away what someone is typing. (The form's own word for
    // it would not do: to it, what was filled in after a save is touched.)
    if (record === null || dirty) return
    base.current = record
    form.setFieldsValue(record)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the version stands for the record's content
  }, [record?.version, form])

  const send = async (from: Partial<T> | null): Promise<void> => {
    setSaving(true)
    setError(null)
    try {
      const saved = await save({ ...from, ...form.getFieldsValue(true), version: from?.version ?? 0 } as T)
      show(saved)
      void message.success(say('form.saved'))
      onSaved(saved)
    } catch (failure) {
      setError(failure)
      if (isCode(failure, 'changed_meanwhile')) withTheirs((theirs) => setChanges(changesBetween(base.current, theirs, names)))
    } finally {
      setSaving(false)
    }
  }
  const withTheirs = (then: (theirs: T) => void): void => {
    if (reload !== undefined) void reload().then(then, setError)
  }
  return {
    form,
    dirty,
    saving,
    error,
    changes,
    touch: () => setDirty(true),
    save: () => void send(base.current ?? initial ?? null),
    takeTheirs: () => withTheirs(show),
    keepMine: () => withTheirs((theirs) => void send(theirs)),
  }
}
