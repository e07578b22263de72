import { CloseOutlined, DownOutlined } from '@ant-design/icons'
import { Button, DatePicker, Input, InputNumber, Popover, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useLocale } from '@/app/i18n'
import { partWords } from '../locale'
import type { Filter } from './types'
import type { ListState } from './useListState'

/** Filters as chips: a chip says what is set and opens its control; the cross clears it. */
export function FilterChips({ filters, state }: { filters: readonly Filter[]; state: ListState }) {
  const say = partWords.useWords()
  const set = filters.some((filter) => shown(filter, state.values, 'zh-CN') !== null)
  return (
    <div className="row wrap" role="group" aria-label={say('list.filter')}>
      {filters.map((filter) => (
        <Chip key={filter.key} filter={filter} state={state} />
      ))}
      {set && (
        <Button type="link" size="small" onClick={state.clear}>
          {say('list.clear')}
        </Button>
      )}
    </div>
  )
}

function shown(filter: Filter, values: Record<string, string>, locale: string): string | null {
  if (filter.control === 'dates') {
    const date = (at: string | undefined): string =>
      at ? new Intl.DateTimeFormat(locale, { dateStyle: 'short' }).format(Number(at)) : '…'
    return values.from || values.to ? `${date(values.from)} – ${date(values.to)}` : null
  }
  const value = values[filter.key]
  if (!value) return null
  return filter.options?.find((option) => option.value === value)?.label ?? value
}

function Chip({ filter, state }: { filter: Filter; state: ListState }) {
  const [open, setOpen] = useState(false)
  const text = shown(filter, state.values, useLocale())
  const keys = filter.control === 'dates' ? ['from', 'to'] : [filter.key]
  const clear = (): void => state.set(Object.fromEntries(keys.map((key) => [key, undefined])))
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={<Control filter={filter} state={state} done={() => setOpen(false)} />}
    >
      <Button size="small" shape="round" type={text === null ? 'default' : 'primary'} ghost={text !== null}>
        {text === null ? filter.label : `${filter.label}: ${text}`}
        {text === null ? (
          <DownOutlined style={{ fontSize: 10 }} />
        ) : (
          <CloseOutlined
            style={{ fontSize: 10 }}
            onClick={(event) => {
              event.stopPropagation()
              clear()
            }}
          />
        )}
      </Button>
    </Popover>
  )
}

interface ControlProps {
  filter: Filter
  state: ListState
  done: () => void
}

function Control({ filter, state, done }: ControlProps) {
  const value = state.values[filter.key]
  const take = (text: string | undefined): void => {
    state.set({ [filter.key]: text })
    done()
  }
  if (filter.control === 'dates') return <Dates state={state} done={done} />
  if (filter.control === 'select') {
    return (
      <Select
        autoFocus
        defaultOpen
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        style={{ width: 220 }}
        aria-label={filter.label}
        value={value}
        options={filter.options ?? []}
        onChange={take}
      />
    )
  }
  if (filter.control === 'number') {
    return (
      <InputNumber<number>
        autoFocus
        min={0}
        aria-label={filter.label}
        defaultValue={value === undefined ? undefined : Number(value)}
        onPressEnter={(event) => take(event.currentTarget.value || undefined)}
      />
    )
  }
  return (
    <Input.Search
      autoFocus
      allowClear
      aria-label={filter.label}
      defaultValue={value}
      onSearch={(text) => take(text.trim() || undefined)}
      style={{ width: 240 }}
    />
  )
}

function Dates({ state, done }: { state: ListState; done: () => void }) {
  const at = (value: string | undefined): dayjs.Dayjs | null => (value ? dayjs(Number(value)) : null)
  return (
    <DatePicker.RangePicker
      autoFocus
      allowEmpty={[true, true]}
      defaultValue={[at(state.values.from), at(state.values.to)]}
      onChange={(range) => {
        const [from, to] = range ?? [null, null]
        state.set({ from: from?.startOf('day').valueOf().toString(), to: to?.endOf('day').valueOf().toString() })
        done()
      }}
    />
  )
}
