import { Checkbox, Input, Select } from 'antd'
import type { Rule } from 'antd/es/form'
import type { Route, RouteKind } from '@/api/types'
import { Choose } from './Choose'
import { LabelField } from './LabelField'
import { fieldWords } from './locale'
import { ROUTE_KINDS, routeProblem, TARGET_OF, withKind } from './routes'

interface Props {
  id?: string
  value?: Route | null
  onChange?: (route: Route | null) => void
  disabled?: boolean
  /** What happens without a route, as the first choice; without it a route must be chosen. */
  none?: string
  kinds?: readonly RouteKind[]
}

/** Where a call goes: kind, target, and what is said first. The one field for routes, everywhere. */
export function RouteField({ id, value, onChange, disabled, none, kinds = ROUTE_KINDS }: Props) {
  const say = fieldWords.useWords()
  const options = [
    ...(none === undefined ? [] : [{ value: '', label: none }]),
    ...kinds.map((kind) => ({ value: kind, label: say(`route.${kind}`) })),
  ]
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <div style={{ display: 'grid', gridTemplateColumns: value && value.kind !== 'hang_up' ? '200px 1fr' : '1fr', gap: 8 }}>
        <Select<string>
          id={id}
          aria-label={say('route.kind')}
          disabled={disabled}
          placeholder={say('route.none')}
          value={value?.kind ?? (none === undefined ? undefined : '')}
          options={options}
          onChange={(kind) => onChange?.(kind === '' ? null : withKind(value, kind as RouteKind))}
        />
        {value && <TargetField route={value} disabled={disabled} onChange={(next) => onChange?.(next)} />}
      </div>
      {value && <MessageField route={value} disabled={disabled} onChange={(next) => onChange?.(next)} />}
    </div>
  )
}

interface PartProps {
  route: Route
  disabled?: boolean
  onChange: (route: Route) => void
}

function TargetField({ route, disabled, onChange }: PartProps) {
  const say = fieldWords.useWords()
  const list = TARGET_OF[route.kind]
  if (route.kind === 'outside') {
    return (
      <Input
        inputMode="tel"
        disabled={disabled}
        aria-label={say('route.outside.number')}
        placeholder={say('route.outside.number')}
        value={route.id ?? ''}
        onChange={(event) => onChange({ ...route, id: event.target.value })}
      />
    )
  }
  if (list === undefined) return null
  const hint = say(`route.${route.kind as 'flow' | 'group' | 'agent' | 'extension' | 'voicemail'}.choose`)
  return <Choose kind={list} disabled={disabled} label={hint} placeholder={hint} value={route.id} onChange={(id) => onChange({ ...route, id })} />
}

function MessageField({ route, disabled, onChange }: PartProps) {
  const say = fieldWords.useWords()
  const spoken = route.message != null
  return (
    <>
      <Checkbox
        checked={spoken}
        disabled={disabled}
        onChange={(event) => onChange({ ...route, message: event.target.checked ? { 'zh-CN': '', en: '' } : null })}
      >
        {say('route.message')}
      </Checkbox>
      {spoken && <LabelField rows={2} maxLength={500} disabled={disabled} value={route.message} onChange={(message) => onChange({ ...route, message })} />}
    </>
  )
}

/** Checks a {@link RouteField} as one types. */
export function useRouteRule(): Rule {
  const say = fieldWords.useWords()
  return {
    validator: (_rule, route: Route | null | undefined) => {
      const problem = routeProblem(route)
      return problem === null ? Promise.resolve() : Promise.reject(new Error(say(problem)))
    },
  }
}
