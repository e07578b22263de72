import { ReloadOutlined, SettingOutlined } from '@ant-design/icons'
import { Button, Checkbox, Input, Popover, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { partWords } from '../locale'
import { ExportButton } from './ExportButton'
import { FilterChips } from './FilterChips'
import type { Column, Filter } from './types'
import type { ColumnChoice } from './useColumns'
import type { ListState } from './useListState'

interface Props<T> {
  title: string
  columns: readonly Column<T>[]
  search?: string
  filters: readonly Filter[]
  actions?: ReactNode
  exportPath?: string
  state: ListState
  choice: ColumnChoice<T>
  refetch: () => void
}

export function ListHead<T>({ title, search, filters, actions, exportPath, state, choice, columns, refetch }: Props<T>) {
  const say = partWords.useWords()
  return (
    <header className="list-head">
      <div className="row">
        <h1 className="grow cut">{title}</h1>
        {exportPath !== undefined && <ExportButton path={exportPath} values={state.values} />}
        <Tooltip title={say('list.refresh')}>
          <Button aria-label={say('list.refresh')} icon={<ReloadOutlined />} onClick={refetch} />
        </Tooltip>
        <Popover trigger="click" placement="bottomRight" content={<Columns columns={columns} choice={choice} />}>
          <Button aria-label={say('list.columns')} icon={<SettingOutlined />} />
        </Popover>
        {actions}
      </div>
      <div className="row wrap">
        {search !== undefined && (
          <Input.Search
            key={state.values.q ?? ''}
            allowClear
            style={{ width: 300 }}
            placeholder={search}
            aria-label={search}
            data-search
            defaultValue={state.values.q}
            onSearch={(text) => state.set({ q: text.trim() || undefined })}
          />
        )}
        <FilterChips filters={filters} state={state} />
      </div>
    </header>
  )
}

function Columns<T>({ columns, choice }: { columns: readonly Column<T>[]; choice: ColumnChoice<T> }) {
  const say = partWords.useWords()
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <Checkbox.Group
        style={{ display: 'grid', gap: 6 }}
        value={choice.keys}
        options={columns.map((column) => ({ value: column.key, label: column.title }))}
        onChange={(keys) => choice.choose(keys)}
      />
      <Button size="small" onClick={choice.reset}>
        {say('list.columns_reset')}
      </Button>
    </div>
  )
}
