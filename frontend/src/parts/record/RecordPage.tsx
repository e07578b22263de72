import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { queryClient } from '@/api/queries'
import type { Records } from '@/api/records'
import { useMay } from '@/api/session'
import { useCloseTab, useTabTitle } from '@/app/useTab'
import { ErrorNotice } from '../ErrorNotice'
import type { FieldNames } from '../form/changes'
import { RecordForm } from '../form/RecordForm'

interface Props<T extends { version: number }> {
  records: Records<T, unknown>
  /** Null writes a new one. */
  id: string | null
  /** Heading and tab of a new record. */
  newTitle: string
  title: (record: T) => string
  initial: Partial<T>
  writePermission: string
  /** What follows from deleting this one. */
  follows: (record: T) => string
  names: FieldNames<T>
  /** Brings what was typed into the form of the API (numbers in E.164, empty routes). */
  tidy?: (record: T) => T
  /** A record that nobody may change (a built-in role). */
  fixed?: (record: T) => boolean
  /** `Form.Item`s; `record` is null for a new one. */
  fields: (record: T | null) => ReactNode
  /** Beside or below the form, for a stored record (the members of a group). */
  beside?: (record: T) => ReactNode
  /** Above the form (a notice, a tool bar). */
  above?: (record: T | null) => ReactNode
}

const pathOf = (path: string, id: string): string => `${path}/${encodeURIComponent(id)}`

/** The page of one configuration record: read, form, save at a version, delete. */
export function RecordPage<T extends { version: number }>(props: Props<T>) {
  const { records, id, newTitle, title } = props
  const found = useQuery({
    queryKey: [records.key, 'one', id],
    queryFn: () => records.read(id ?? ''),
    enabled: id !== null,
  })
  const heading = id === null ? newTitle : found.data && title(found.data)
  useTabTitle(heading)
  if (id !== null && found.isError && !found.data) {
    return (
      <div className="record">
        <ErrorNotice error={found.error} retry={() => void found.refetch()} />
      </div>
    )
  }
  if (id !== null && !found.data) return <Skeleton active className="record" paragraph={{ rows: 8 }} />
  return (
    <div className="record">
      <h1>{heading}</h1>
      {props.above?.(found.data ?? null)}
      <div className={props.beside && id !== null ? 'record-columns' : undefined}>
        <Body {...props} record={found.data ?? null} />
        {found.data && props.beside?.(found.data)}
      </div>
    </div>
  )
}

function Body<T extends { version: number }>(props: Props<T> & { record: T | null }) {
  const { records, record, initial, tidy = (one: T) => one, fixed, follows, title, names, fields } = props
  const allowed = useMay(props.writePermission)
  const closeTab = useCloseTab()
  const key = (one: T): unknown[] => [records.key, 'one', records.idOf(one)]

  const saved = (stored: T): void => {
    queryClient.setQueryData(key(stored), stored)
    records.changed()
    if (record === null) closeTab(pathOf(records.path, records.idOf(stored)))
  }
  return (
    <RecordForm<T>
      record={record}
      initial={initial}
      names={names}
      readOnly={!allowed || (record !== null && fixed?.(record) === true)}
      save={(one) => (record === null ? records.create(tidy(one)) : records.update(tidy(one)))}
      reload={record === null ? undefined : () => records.read(records.idOf(record))}
      onSaved={saved}
      onCancel={record === null ? () => closeTab(records.path) : undefined}
      deletion={
        record === null
          ? undefined
          : {
              name: title(record),
              follows: follows(record),
              run: () => records.remove(record),
              done: () => {
                queryClient.removeQueries({ queryKey: key(record) })
                records.changed()
                closeTab(records.path)
              },
            }
      }
    >
      {fields(record)}
    </RecordForm>
  )
}
