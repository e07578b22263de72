import '../flow-hosts.css'
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Checkbox, ConfigProvider, Input, InputNumber } from 'antd'
import type { FlowHost } from '@/api/types'
import { hostWords } from '../locale'
import { hostOf } from './rows'

interface Props {
  id?: string
  value?: FlowHost[]
  onChange?: (hosts: FlowHost[]) => void
}

/** The hosts, one a row. */
export function HostsField({ id, value = [], onChange }: Props) {
  const say = hostWords.useWords()
  const disabled = ConfigProvider.useConfig().componentDisabled
  const put = (place: number, host: FlowHost): void => onChange?.(value.map((one, at) => (at === place ? host : one)))
  return (
    <div className="hosts" id={id}>
      {value.length === 0 && <p className="quiet">{say('none')}</p>}
      {value.map((host, place) => (
        <div className="host" key={place}>
          <Input
            aria-label={say('host.of', { place: place + 1 })}
            placeholder="api.example.com"
            maxLength={253}
            spellCheck={false}
            value={host.host}
            onChange={(event) => put(place, { ...host, host: event.target.value })}
            onBlur={() => host.host !== hostOf(host.host) && put(place, { ...host, host: hostOf(host.host) })}
          />
          <InputNumber
            aria-label={say('port.of', { name: host.host || say('unnamed') })}
            placeholder={say('port.usual')}
            min={1}
            max={65535}
            precision={0}
            value={host.port}
            onChange={(port) => put(place, { ...host, port })}
          />
          <Checkbox checked={host.plain} onChange={(event) => put(place, { ...host, plain: event.target.checked })}>
            {say('plain')}
          </Checkbox>
          <Input
            aria-label={say('note.of', { name: host.host || say('unnamed') })}
            placeholder={say('note')}
            maxLength={200}
            value={host.note}
            onChange={(event) => put(place, { ...host, note: event.target.value })}
          />
          {!disabled && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={say('remove', { name: host.host || say('unnamed') })}
              onClick={() => onChange?.(value.filter((_one, at) => at !== place))}
            />
          )}
        </div>
      ))}
      {!disabled && (
        <Button style={{ justifySelf: 'start' }} icon={<PlusOutlined />} onClick={() => onChange?.([...value, { host: '', port: null, plain: false, note: '' }])}>
          {say('add')}
        </Button>
      )}
    </div>
  )
}
