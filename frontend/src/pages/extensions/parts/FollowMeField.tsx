import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, InputNumber, Select } from 'antd'
import type { Extension, FollowMe } from '@/api/types'
import { extensionWords } from '../locale'
import { FOLLOW_LIMIT, kindsOf, nextFollow, type FollowMeKind } from './followMe'

interface Props {
  id?: string
  value?: FollowMe[]
  onChange?: (list: FollowMe[]) => void
  disabled?: boolean
  owner: Pick<Extension, 'kind' | 'username'>
}

/** The phones that ring for an extension, first line first; everything is reached by keyboard. */
export function FollowMeField({ id, value = [], onChange, disabled = false, owner }: Props) {
  const say = extensionWords.useWords()
  const put = (place: number, part: Partial<FollowMe>): void =>
    onChange?.(value.map((one, at) => (at === place ? { ...one, ...part } : one)))
  const move = (place: number, by: -1 | 1): void => {
    const moved = [...value]
    moved.splice(place + by, 0, ...moved.splice(place, 1))
    onChange?.(moved)
  }
  return (
    <div id={id} role="group" aria-label={say('follow')} style={{ display: 'grid', gap: 8 }}>
      {value.length === 0 && <span className="quiet">{say(owner.kind === 'virtual' ? 'follow.nobody' : 'follow.none')}</span>}
      {value.map((line, place) => (
        <div key={place} className="row wrap" data-follow={place} style={{ gap: 4 }}>
          <Line line={line} place={place} disabled={disabled} owner={owner} put={(part) => put(place, part)} />
          <Button icon={<ArrowUpOutlined />} disabled={disabled || place === 0} aria-label={say('follow.up', { place: place + 1 })} onClick={() => move(place, -1)} />
          <Button
            icon={<ArrowDownOutlined />}
            disabled={disabled || place === value.length - 1}
            aria-label={say('follow.down', { place: place + 1 })}
            onClick={() => move(place, 1)}
          />
          <Button
            icon={<DeleteOutlined />}
            disabled={disabled}
            aria-label={say('follow.remove', { place: place + 1 })}
            onClick={() => onChange?.(value.filter((_one, at) => at !== place))}
          />
        </div>
      ))}
      <Button
        icon={<PlusOutlined />}
        disabled={disabled || value.length >= FOLLOW_LIMIT}
        style={{ justifySelf: 'start' }}
        onClick={() => onChange?.([...value, nextFollow(value, owner)])}
      >
        {say('follow.add')}
      </Button>
    </div>
  )
}

interface LineProps {
  line: FollowMe
  place: number
  disabled: boolean
  owner: Pick<Extension, 'kind' | 'username'>
  put: (part: Partial<FollowMe>) => void
}

function Line({ line, place, disabled, owner, put }: LineProps) {
  const say = extensionWords.useWords()
  const kinds = new Set<FollowMeKind>([...kindsOf(owner), line.kind])
  const named = { place: place + 1 }
  return (
    <>
      <Select<FollowMeKind>
        aria-label={say('follow.kind', named)}
        style={{ width: 156 }}
        disabled={disabled}
        value={line.kind}
        options={[...kinds].map((kind) => ({ value: kind, label: say(`follow.${kind}`) }))}
        onChange={(kind) => put({ kind, number: null })}
      />
      {line.kind === 'outside' && (
        <Input
          aria-label={say('follow.number', named)}
          placeholder={say('address.outside')}
          inputMode="tel"
          maxLength={40}
          style={{ width: 144 }}
          disabled={disabled}
          value={line.number ?? ''}
          onChange={(event) => put({ number: event.target.value })}
        />
      )}
      <InputNumber<number>
        aria-label={say('follow.delay', named)}
        prefix={<span className="quiet">{say('follow.after')}</span>}
        suffix={<span className="quiet">{say('follow.s')}</span>}
        min={0}
        max={120}
        precision={0}
        style={{ width: 98 }}
        disabled={disabled}
        value={line.delay_s}
        onChange={(delay_s) => put({ delay_s: delay_s ?? 0 })}
      />
      <InputNumber<number>
        aria-label={say('follow.ring', named)}
        prefix={<span className="quiet">{say('follow.for')}</span>}
        suffix={<span className="quiet">{say('follow.s')}</span>}
        min={5}
        max={120}
        precision={0}
        style={{ width: 112 }}
        disabled={disabled}
        value={line.ring_s}
        onChange={(ring_s) => put({ ring_s: ring_s ?? 20 })}
      />
    </>
  )
}
