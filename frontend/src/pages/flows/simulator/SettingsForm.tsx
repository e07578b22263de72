import { Button, DatePicker, Input, InputNumber, Radio, Select } from 'antd'
import dayjs from 'dayjs'
import { useStore } from 'zustand'
import { ValuesField } from '../canvas/fields/ValuesField'
import { Labelled } from '../canvas/fields/Labelled'
import { simWords } from './locale'
import type { SessionStore } from './session'

const ZONES = ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Tokyo', 'Asia/Singapore', 'Europe/London', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Australia/Sydney', 'UTC']
const MINUTES = 'YYYY-MM-DDTHH:mm'

interface Props {
  session: SessionStore
  text: string | null
}

/** What the simulated call is like: who calls what, when, with which grade and variables. */
export function SettingsForm({ session, text }: Props) {
  const say = simWords.useWords()
  const settings = useStore(session, (state) => state.settings)
  const busy = useStore(session, (state) => state.busy)
  const { set, start } = session.getState()
  const begin = (): void => void (text !== null && start(text))
  return (
    <div className="flow-sim-settings" onKeyDown={(event) => event.key === 'Enter' && event.target instanceof HTMLInputElement && event.target.type === 'tel' && begin()}>
      <p className="quiet">{say('hint')}</p>
      <Labelled label={say('caller')}>{(id) => <Input id={id} type="tel" size="small" maxLength={40} value={settings.caller} onChange={(event) => set({ caller: event.target.value })} />}</Labelled>
      <Labelled label={say('dialled')}>{(id) => <Input id={id} type="tel" size="small" maxLength={40} value={settings.dialled} onChange={(event) => set({ dialled: event.target.value })} />}</Labelled>
      <Radio.Group
        size="small"
        optionType="button"
        aria-label={say('when')}
        value={settings.local === null ? 'now' : 'local'}
        onChange={(event) => set({ local: event.target.value === 'now' ? null : dayjs().format(MINUTES) })}
        options={(['now', 'local'] as const).map((value) => ({ value, label: say(`when.${value}`) }))}
      />
      {settings.local !== null && (
        <div className="row">
          <DatePicker size="small" allowClear={false} showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" aria-label={say('local')} value={dayjs(settings.local)} onChange={(at) => at && set({ local: at.format(MINUTES) })} />
          <Select size="small" className="grow" showSearch aria-label={say('zone')} value={settings.time_zone} onChange={(time_zone) => set({ time_zone })} options={ZONES.map((value) => ({ value, label: value }))} />
        </div>
      )}
      <Labelled label={say('grade')}>{(id) => <InputNumber<number> id={id} size="small" min={0} max={9} value={settings.grade} onChange={(grade) => set({ grade: grade ?? 0 })} />}</Labelled>
      <ValuesField label={say('variables')} value={settings.variables} onChange={(variables) => set({ variables })} />
      <Button type="primary" block loading={busy} disabled={text === null} onClick={begin}>
        {say('start')}
      </Button>
    </div>
  )
}
