import { EditOutlined } from '@ant-design/icons'
import { App, Button, Input, Select } from 'antd'
import { useState } from 'react'
import { create } from 'zustand'
import type { Agent, Call } from '@/api/types'
import { labelIn, useLocale } from '@/app/i18n'
import { useOwn } from '@/live/useLive'
import { PhoneNumber } from '@/parts/PhoneNumber'
import { Timer } from '@/parts/Timer'
import { useReasons } from '../api'
import { dispose, extendWrapUp, finishWrapUp } from '../commands'
import { closeDialog, openDialog, useDialog } from '../dialogs'
import { keyText } from '../keys'
import { barWords } from '../locale'
import { useBusy, useCommand } from '../useCommand'

interface Draft {
  code?: string
  note: string
}

/** What is written about a call so far; it stays while the panel is folded and when talking turns into wrap-up. */
const drafts = create<Record<string, Draft | undefined>>()(() => ({}))
const EXTEND_S = 30

/** Disposition and note: unasked in wrap-up, on demand during the call. */
export function WrapUp() {
  const { agent, call, leg, last } = useOwn()
  const asked = useDialog('wrap_up')
  const say = barWords.useWords()
  const wrapping = agent?.state === 'wrap_up'
  const about = wrapping ? last : leg && call
  if (!wrapping && leg === null) return null
  if (!wrapping && !asked) {
    return (
      <Button className="wrap-pill" icon={<EditOutlined />} onClick={() => openDialog('wrap_up')} title={keyText('wrap_up')}>
        {say('do.wrap_up')}
      </Button>
    )
  }
  return <Panel key={about?.call_id} agent={agent} call={about} wrapping={wrapping} />
}

function Panel({ agent, call, wrapping }: { agent: Agent | null; call: Call | null; wrapping: boolean }) {
  const say = barWords.useWords()
  const id = call?.call_id ?? ''
  const stored = call?.dispositions.findLast((one) => one.agent_id === agent?.agent_id)
  const draft = drafts((state) => state[id]) ?? { code: stored?.code, note: stored?.note ?? '' }
  const change = (part: Partial<Draft>): void => drafts.setState({ [id]: { ...draft, ...part } })
  return (
    <section className="wrap-panel" aria-label={say('wrap.title')} data-wrap={id}>
      <header>
        <h2>{say('wrap.title')}</h2>
        {call ? <PhoneNumber number={call.customer_number} /> : <span className="quiet">{say('wrap.no_call')}</span>}
        {wrapping && agent?.wrap_up_until != null ? (
          <span className="wrap-left" title={say('wrap.left')}>
            <Timer until={agent.wrap_up_until} />
          </span>
        ) : (
          <Button size="small" type="text" style={{ marginLeft: 'auto' }} onClick={closeDialog}>
            {say('wrap.fold')}
          </Button>
        )}
      </header>
      {call && <Fields draft={draft} change={change} />}
      <Actions call={call} draft={draft} wrapping={wrapping} />
    </section>
  )
}

function Fields({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const say = barWords.useWords()
  const locale = useLocale()
  const dispositions = useReasons().data?.dispositions ?? []
  return (
    <>
      <label>
        {say('wrap.disposition')}
        <Select
          value={draft.code}
          allowClear
          placeholder={say('wrap.choose')}
          aria-label={say('wrap.disposition')}
          options={dispositions.map((one) => ({ value: one.code, label: labelIn(one.label, locale) }))}
          onChange={(code?: string) => change({ code })}
        />
      </label>
      <label>
        {say('wrap.note')}
        <Input.TextArea
          rows={3}
          maxLength={1000}
          placeholder={say('wrap.note_hint')}
          value={draft.note}
          onChange={(event) => change({ note: event.target.value })}
        />
      </label>
    </>
  )
}

function Actions({ call, draft, wrapping }: { call: Call | null; draft: Draft; wrapping: boolean }) {
  const say = barWords.useWords()
  const command = useCommand()
  const running = useBusy('wrap_up')
  const { message } = App.useApp()
  const [missing, setMissing] = useState(false)

  const store = async (): Promise<void> => {
    if (call && draft.code) await dispose(call.call_id, draft.code, draft.note)
  }
  const save = async (): Promise<void> => {
    if (!draft.code) return setMissing(true)
    if (await command('wrap_up', say('wrap.save'), store)) void message.success(say('wrap.saved'))
  }
  const finish = async (): Promise<void> => {
    // A note without a disposition would be lost, so the disposition is asked for; an empty wrap-up may be finished as it is.
    if (call && !draft.code && draft.note.trim() !== '') return setMissing(true)
    await command('wrap_up', say('wrap.finish'), async () => {
      await store()
      await finishWrapUp()
    })
  }
  return (
    <>
      {missing && !draft.code && <div role="alert" style={{ color: 'var(--on_call)' }}>{say('wrap.choose')}</div>}
      <div className="row">
        {wrapping && (
          <Button onClick={() => void command('wrap_up', say('wrap.title'), () => extendWrapUp(EXTEND_S))}>
            {say('wrap.extend', { seconds: EXTEND_S })}
          </Button>
        )}
        <span className="grow" />
        <Button type="primary" loading={running} onClick={() => void (wrapping ? finish() : save())}>
          {say(wrapping ? 'wrap.finish' : 'wrap.save')}
        </Button>
      </div>
    </>
  )
}
