import '../reasons.css'
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, ConfigProvider, Input } from 'antd'
import type { Reason } from '@/api/types'
import type { ReactNode } from 'react'
import { fieldWords } from '@/parts/fields/locale'
import { reasonWords } from '../locale'
import { moved } from './items'

interface Props {
  id?: string
  value?: Reason[]
  onChange?: (items: Reason[]) => void
}

/** Items with code and names, in the order in which agents see them. */
export function ReasonsField({ id, value = [], onChange }: Props) {
  const say = reasonWords.useWords()
  const sayField = fieldWords.useWords()
  const disabled = ConfigProvider.useConfig().componentDisabled
  const put = (place: number, item: Reason): void => onChange?.(value.map((one, at) => (at === place ? item : one)))
  return (
    <div className="reasons" id={id}>
      <div className="reason reason-heads" aria-hidden>
        <span>{say('code')}</span>
        <span>
          {say('label')} · {sayField('label.zh')}
        </span>
        <span>
          {say('label')} · {sayField('label.en')}
        </span>
      </div>
      {value.map((item, place) => (
        <Item key={place} item={item} place={place} change={(next) => put(place, next)}>
          {!disabled && <Tools items={value} place={place} change={(next) => onChange?.(next)} />}
        </Item>
      ))}
      {!disabled && (
        <Button style={{ justifySelf: 'start' }} icon={<PlusOutlined />} onClick={() => onChange?.([...value, { code: '', label: { 'zh-CN': '', en: '' } }])}>
          {say('add')}
        </Button>
      )}
    </div>
  )
}

interface ItemProps {
  item: Reason
  place: number
  change: (item: Reason) => void
  children: ReactNode
}

function Item({ item, place, change, children }: ItemProps) {
  const say = reasonWords.useWords()
  const sayField = fieldWords.useWords()
  const name = item.label['zh-CN'] || item.code || say('unnamed')
  return (
    <div className="reason">
      <Input
        aria-label={say('code.of', { place: place + 1 })}
        maxLength={40}
        spellCheck={false}
        value={item.code}
        onChange={(event) => change({ ...item, code: event.target.value })}
      />
      {(['zh-CN', 'en'] as const).map((locale) => (
        <Input
          key={locale}
          lang={locale}
          aria-label={`${name} ${sayField(locale === 'en' ? 'label.en' : 'label.zh')}`}
          maxLength={100}
          value={item.label[locale]}
          onChange={(event) => change({ ...item, label: { ...item.label, [locale]: event.target.value } })}
        />
      ))}
      <div>{children}</div>
    </div>
  )
}

function Tools({ items, place, change }: { items: Reason[]; place: number; change: (items: Reason[]) => void }) {
  const say = reasonWords.useWords()
  const item = items[place]
  const name = item?.label['zh-CN'] || item?.code || say('unnamed')
  return (
    <>
      <Button type="text" icon={<ArrowUpOutlined />} disabled={place === 0} aria-label={say('up', { name })} onClick={() => change(moved(items, place, -1))} />
      <Button
        type="text"
        icon={<ArrowDownOutlined />}
        disabled={place === items.length - 1}
        aria-label={say('down', { name })}
        onClick={() => change(moved(items, place, 1))}
      />
      <Button type="text" icon={<DeleteOutlined />} aria-label={say('remove', { name })} onClick={() => change(items.filter((_one, at) => at !== place))} />
    </>
  )
}
