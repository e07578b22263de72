import type { Group, Label, Route } from '@/api/types'
import { cleanRoute } from '@/parts/fields/routes'

/** A limit and where calls go at it belong together: with the limit alone nothing would happen. */
export const needsRoute = (limit: number | string | null | undefined, route: Route | null | undefined): boolean =>
  limit != null && limit !== '' && route == null

export const isHalf = (label: Partial<Label> | null | undefined): boolean =>
  Boolean(label?.['zh-CN']?.trim()) !== Boolean(label?.en?.trim())

/** Only the languages that say something, so that nothing empty is spoken. */
export const spoken = (label: Partial<Label> | null | undefined): Label =>
  Object.fromEntries(Object.entries(label ?? {}).filter(([, text]) => text.trim() !== '')) as Label

export function tidyGroup(group: Group): Group {
  return {
    ...group,
    // A field that was emptied is null in the form.
    extension: group.extension || '',
    greeting: spoken(group.greeting),
    voicemail_greeting: spoken(group.voicemail_greeting),
    own_rule: group.own_rule.trim(),
    priority_formula: group.priority_formula.trim(),
    // What was cleared in a form is undefined; the API wants null.
    skill_rules: group.skill_rules.map((rule) => ({ ...rule, steps: rule.steps.map((step) => ({ ...step, for_s: step.for_s ?? null })) })),
    music_url: group.music_url?.trim() || null,
    greeting_prompt_id: group.greeting_prompt_id || null,
    music_prompt_id: group.music_prompt_id || null,
    leave_key: group.leave_key || null,
    callback_key: group.callback_key || null,
    queue_flow_id: group.queue_flow_id || null,
    survey_id: group.survey_id || null,
    timeout_route: cleanRoute(group.timeout_route),
    overflow_route: cleanRoute(group.overflow_route),
    service_level_route: cleanRoute(group.service_level_route),
    empty_route: cleanRoute(group.empty_route),
    leave_route: cleanRoute(group.leave_route),
    closed_route: cleanRoute(group.closed_route),
  }
}
