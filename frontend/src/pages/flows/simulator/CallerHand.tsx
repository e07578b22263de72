import { Button, Input, type InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { SimulatedStep, SimulationDoing } from '@/api/types'
import { simWords } from './locale'
import { entered, typed } from './session'

const PAD = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#']

interface Props {
  told: SimulatedStep
  busy: boolean
  go: (doing: SimulationDoing) => void
}

/** The caller's keys and words, from the keyboard or the pad. */
export function CallerHand({ told, busy, go }: Props) {
  const say = simWords.useWords()
  const [text, setText] = useState('')
  const field = useRef<InputRef>(null)
  useEffect(() => field.current?.focus({ preventScroll: true }), [])
  const take = (next: string): void => {
    const doing = typed(next, told.listening)
    setText(doing === null ? next : '')
    if (doing !== null) go(doing)
  }
  const hears = told.awaiting === 'enter'
  return (
    <div className="flow-sim-hand">
      {told.listening && <p className="quiet">{waitsText(told.listening, say)}</p>}
      <Input
        ref={field}
        aria-label={say('input')}
        placeholder={say('input')}
        title={say('input.hint')}
        maxLength={200}
        value={text}
        autoComplete="off"
        onChange={(event) => take(event.target.value)}
        onPressEnter={() => !busy && go(hears ? { does: 'hears' } : entered(text))}
      />
      <div className="flow-sim-pad" role="group" aria-label={say('pad')}>
        {PAD.map((key) => (
          <Button key={key} onClick={() => take(text + key)}>
            {key}
          </Button>
        ))}
      </div>
      <div className="row wrap">
        {hears && (
          <Button size="small" type="primary" onClick={() => go({ does: 'hears' })}>
            {say('hear')}
          </Button>
        )}
        <Button size="small" onClick={() => go({ does: 'silence' })}>
          {say('silence')}
        </Button>
        <Button size="small" danger onClick={() => go({ does: 'leaves' })}>
          {say('leave')}
        </Button>
      </div>
    </div>
  )
}

function waitsText({ num_digits, timeout_s, finish_on_key }: NonNullable<SimulatedStep['listening']>, say: ReturnType<typeof simWords.useWords>): string {
  if (num_digits === 1) return say('waits.menu', { seconds: timeout_s })
  const words = say('waits.collect', { count: num_digits, seconds: timeout_s })
  return finish_on_key === '' ? words : `${words} · ${say('waits.finish', { key: finish_on_key })}`
}
