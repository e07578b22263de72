import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useLocale } from '@/app/i18n'
import { ErrorNotice, textOf } from '@/parts/ErrorNotice'
import { clock } from '@/parts/format'
import { partWords } from '@/parts/locale'
import { nationalNumber } from '@/parts/numbers'
import { hangUp, press, readCall, type SimCall } from '../api'
import { testCallWords } from '../locale'
import { detailText } from './script'

const KEYS = Array.from('123456789*0#')

/** What happens to one call, newest last, with the caller's keys below the head. */
export function TimeLine({ sid }: { sid: string }) {
  const say = testCallWords.useWords()
  const call = useQuery({ queryKey: ['sim', 'call', sid], queryFn: () => readCall(sid) })
  if (call.isError) return <ErrorNotice error={call.error} retry={() => void call.refetch()} />
  if (!call.data) return null
  return (
    <section aria-label={say('timeline')}>
      <h2>
        {say('timeline')} · <span className="figures">{nationalNumber(call.data.from)}</span> → <span className="figures">{nationalNumber(call.data.to)}</span>
      </h2>
      {call.data.ended_at === null && <Hands call={call.data} />}
      <Moments call={call.data} />
    </section>
  )
}

/** What the caller can do now, and what he hears. */
function Hands({ call }: { call: SimCall }) {
  const say = testCallWords.useWords()
  const sayPart = partWords.useWords()
  const { message } = App.useApp()
  const act = useMutation({
    mutationFn: (key: string | null) => (key === null ? hangUp(call.call_sid) : press(call.call_sid, key)),
    onError: (error) => void message.error(textOf(error, sayPart)),
  })
  const { kind, text } = call.hearing
  return (
    <>
      <p role="status">
        {say('hearing')}: <strong>{say(`hearing.${kind}`)}</strong>
        {text && !text.startsWith('http') && <span className="quiet"> “{text}”</span>}
      </p>
      <div className="sim-keys" role="group" aria-label={say('keypad')}>
        {KEYS.map((key) => (
          <Button key={key} aria-label={say('key.of', { key })} onClick={() => act.mutate(key)}>
            {key}
          </Button>
        ))}
      </div>
      <Button danger style={{ marginTop: 8 }} onClick={() => act.mutate(null)}>
        {say('hang_up')}
      </Button>
    </>
  )
}

function Moments({ call }: { call: SimCall }) {
  const say = testCallWords.useWords()
  const locale = useLocale()
  const word = (what: string): string => {
    const key = `what.${what}`
    return key in testCallWords.words.en ? say(key as `what.ended`) : what
  }
  return (
    <ol className="sim-line" aria-live="polite">
      {(call.timeline ?? []).map((moment, place) => (
        <li key={place}>
          <span className="figures quiet" title={clock(moment.at, locale, true)}>
            +{(moment.offset_ms / 1000).toFixed(1)} s
          </span>
          <strong>{word(moment.what)}</strong>
          <Detail text={detailText(moment.detail)} />
        </li>
      ))}
    </ol>
  )
}

const SHORT = 110

/** A long detail (a whole document) is folded to its beginning. */
function Detail({ text }: { text: string }) {
  if (text.length <= SHORT) return <span>{text}</span>
  return (
    <details>
      <summary>{text.slice(0, SHORT)}…</summary>
      {text}
    </details>
  )
}
