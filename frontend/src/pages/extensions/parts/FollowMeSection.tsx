import { Form, Radio } from 'antd'
import type { Rule } from 'antd/es/form'
import type { Extension, FollowMe, Route } from '@/api/types'
import { RouteField } from '@/parts/fields/RouteField'
import { fieldWords } from '@/parts/fields/locale'
import { FormSection } from '@/parts/form/RecordForm'
import { extensionWords } from '../locale'
import { FollowMeField } from './FollowMeField'
import { followProblem, unansweredOf, unansweredProblem, unansweredRoute, type Unanswered } from './followMe'

/** Where an extension is followed to, and what becomes of a call that nobody takes. */
export function FollowMeSection({ owner }: { owner: Pick<Extension, 'kind' | 'username'> }) {
  const say = extensionWords.useWords()
  const field = fieldWords.useWords()
  const form = Form.useFormInstance<Extension>()
  const list = Form.useWatch<FollowMe[] | undefined>('follow_me') ?? []
  // Rules run before a changed kind or user has been drawn.
  const present = (): typeof owner => ({ ...owner, ...(form.getFieldsValue(['kind', 'username']) as Partial<typeof owner>) })
  const check = (problem: string | null): Promise<void> => (problem === null ? Promise.resolve() : Promise.reject(new Error(problem)))
  const problemOf = (lines: FollowMe[]): string | null => {
    const problem = followProblem(lines, present())
    return problem && say(problem)
  }
  // A line that was just added is no mistake before it is saved.
  const begun = (lines: FollowMe[] = []): FollowMe[] => lines.filter((line) => line.kind !== 'outside' || Boolean(line.number))
  const asTyped: Rule = { validator: (_rule, lines: FollowMe[] | undefined) => check(problemOf(begun(lines))) }
  const asSaved: Rule = {
    validateTrigger: 'onSubmit',
    validator: (_rule, lines: FollowMe[] = []) => check(problemOf(begun(lines)) === null ? problemOf(lines) : null),
  }
  const routeRule: Rule = ({ getFieldValue }) => ({
    validator: (_rule, route: Route | null | undefined) => {
      const problem = unansweredProblem(route)
      if (problem !== null) return check(field(problem))
      const nowhere = present().kind === 'virtual' && route == null && ((getFieldValue('follow_me') as FollowMe[] | undefined) ?? []).length === 0
      return check(nowhere ? say('unanswered.missing') : null)
    },
  })
  const specialRule: Rule = {
    validator: (_rule, route: Route | null | undefined) => {
      const problem = unansweredProblem(route)
      return check(problem && field(problem))
    },
  }
  return (
    <FormSection title={say('follow')}>
      <Form.Item name="follow_me" extra={say('follow.hint')} rules={[asTyped, asSaved]} dependencies={['kind', 'username']}>
        <FollowMeField owner={owner} />
      </Form.Item>
      <Form.Item name="follow_me_in_order" label={say('follow.how')} extra={say('follow.how.hint')} hidden={list.length < 2}>
        <Radio.Group
          optionType="button"
          options={[
            { value: true, label: say('follow.in_order') },
            { value: false, label: say('follow.together') },
          ]}
        />
      </Form.Item>
      <Form.Item name="unanswered" label={say('unanswered')} rules={[routeRule]} dependencies={['kind', 'follow_me']}>
        <OnwardField none={say('unanswered.end')} />
      </Form.Item>
      <Form.Item name="busy" label={say('busy')} extra={say('busy.hint')} rules={[specialRule]}>
        <OnwardField none={say('as_unanswered')} />
      </Form.Item>
      <Form.Item name="unreachable" label={say('unreachable')} extra={say('unreachable.hint')} rules={[specialRule]}>
        <OnwardField none={say('as_unanswered')} />
      </Form.Item>
    </FormSection>
  )
}

interface FieldProps {
  /** What is done without a route. */
  none: string
  id?: string
  value?: Route | null
  onChange?: (route: Route | null) => void
  disabled?: boolean
}

function OnwardField({ none, id, value, onChange, disabled }: FieldProps) {
  const say = extensionWords.useWords()
  const what = unansweredOf(value)
  return (
    <div style={{ display: 'grid', gap: 8 }}>
      <Radio.Group
        id={id}
        optionType="button"
        disabled={disabled}
        value={what}
        options={[{ value: 'end', label: none }, ...(['mailbox', 'route'] as const).map((one) => ({ value: one, label: say(`unanswered.${one}`) }))]}
        onChange={(event) => onChange?.(unansweredRoute(event.target.value as Unanswered))}
      />
      {what === 'route' && <RouteField value={value} disabled={disabled} onChange={onChange} />}
    </div>
  )
}
