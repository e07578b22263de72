import './list.css'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Table, type TableProps } from 'antd'
import { useState, type ReactNode } from 'react'
import type { Page } from '@/api/types'
import { EmptyState } from '../EmptyState'
import { ErrorNotice } from '../ErrorNotice'
import { partWords } from '../locale'
import { ListFoot } from './ListFoot'
import { ListHead } from './ListHead'
import { rowKeys } from './rowKeys'
import { PAGE_ROWS, type BulkAction, type Column, type Filter, type ListQuery } from './types'
import { useColumns } from './useColumns'
import { useListState } from './useListState'

const REFRESH_MS = 3_000
const NO_FILTERS: readonly Filter[] = []

export interface ListPageProps<T> {
  /** Names the list in what is remembered and in the cache of server state: `queryKey` is `[id, …]`. */
  id: string
  title: string
  load: (query: ListQuery) => Promise<Page<T>>
  rowKey: (row: T) => string
  columns: readonly Column<T>[]
  /** Placeholder of the search field; without it the list has none. The text goes as `q`. */
  search?: string
  filters?: readonly Filter[]
  /** Rows that will change by themselves: the list is read again every few seconds while it is looked at. */
  refreshWhile?: (rows: readonly T[]) => boolean
  /** The row's main action: Enter or click. */
  onOpen?: (row: T) => void
  actions?: ReactNode
  /** Path of the CSV export; the search and filters are added. */
  exportPath?: string
  bulk?: readonly BulkAction<T>[]
  /** What all that was found comes to, above the rows. */
  summary?: ReactNode
  /** What this list is for and the first step, for when it is empty. */
  empty: { title: string; hint: string; action?: ReactNode }
}

/** The pattern of every list: search, filters as chips, columns remembered, 50 rows, cursor paging, Enter opens. */
export function ListPage<T extends object>(props: ListPageProps<T>) {
  const { id, load, rowKey, onOpen, filters = NO_FILTERS } = props
  const state = useListState(filters)
  const columns = useColumns(id, props.columns)
  const [selected, setSelected] = useState<T[]>([])
  const query: ListQuery = { ...state.values, cursor: state.trail.at(-1), limit: PAGE_ROWS }
  const list = useQuery({
    queryKey: [id, query],
    queryFn: () => load(query),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => (data && props.refreshWhile?.(data.items) ? REFRESH_MS : false),
  })
  const rows = list.data?.items ?? []
  const searching = Object.keys(state.values).length > 0

  return (
    <div className="list">
      <ListHead {...props} filters={filters} state={state} choice={columns} refetch={() => void list.refetch()} />
      {props.summary}
      {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      <Table<T>
        size="small"
        sticky
        rowKey={rowKey}
        loading={{ spinning: list.isFetching && !list.isFetchedAfterMount, delay: 150 }}
        dataSource={rows}
        pagination={false}
        scroll={{ x: 'max-content' }}
        columns={columns.shown.map(({ key, title, render, width, align }) => ({
          key,
          title,
          width,
          align,
          render: (_value: unknown, row: T) => render(row),
        }))}
        onRow={(row) => rowKeys(onOpen && (() => onOpen(row)))}
        rowSelection={props.bulk && selection(selected.map(rowKey), setSelected)}
        locale={{ emptyText: <Nothing pending={list.isPending} searching={searching} empty={props.empty} /> }}
      />
      <ListFoot
        state={state}
        count={rows.length}
        cursor={list.data?.cursor ?? null}
        selected={selected}
        bulk={props.bulk ?? []}
        done={() => {
          setSelected([])
          void list.refetch()
        }}
      />
    </div>
  )
}

function selection<T>(selectedRowKeys: string[], choose: (rows: T[]) => void): TableProps<T>['rowSelection'] {
  return { selectedRowKeys, onChange: (_keys, rows) => choose(rows) }
}

interface NothingProps {
  pending: boolean
  searching: boolean
  empty: ListPageProps<object>['empty']
}

function Nothing({ pending, searching, empty }: NothingProps) {
  const say = partWords.useWords()
  if (pending) return <div style={{ height: 160 }} />
  if (searching) return <EmptyState title={say('list.no_match')} hint={say('list.no_match_hint')} />
  return <EmptyState {...empty} />
}
