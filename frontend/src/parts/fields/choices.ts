import { useQuery } from '@tanstack/react-query'
import { ask, api } from '@/api/client'
import { departmentRecords, everyPage, extensionRecords, flowRecords, groupRecords, numberListRecords, promptRecords, roleRecords, scheduleRecords, skillRecords, surveyRecords, trunkNumberRecords } from '@/api/records'
import { useMay } from '@/api/session'
import { useLabel, type useLocale } from '@/app/i18n'
import type { Label } from '@/api/types'
import { nationalNumber } from '../numbers'

export interface Choice {
  value: string
  label: string
}
export type ChoiceKind = 'agent' | 'group' | 'flow' | 'schedule' | 'department' | 'role' | 'trunk_number' | 'extension' | 'skill' | 'number_list' | 'survey' | 'prompt'

type LabelText = (label: Label) => string
interface Source {
  permission: string
  key: string
  load: (text: LabelText) => Promise<Choice[]>
}

const named = (name: string, id: string): string => (name && name !== id ? `${name}（${id}）` : id)

/** Agents come from the address book, which every agent may read; the rest from their own lists. */
const SOURCES: Record<ChoiceKind, Source> = {
  agent: {
    permission: 'address_book.read',
    key: 'address-book',
    load: async () =>
      (await everyPage((query) => ask(api.GET('/address-book', { params: { query } })))).map((one) => ({
        value: one.username,
        label: named(one.name, one.username),
      })),
  },
  group: {
    permission: 'groups.read',
    key: groupRecords.key,
    load: async () => (await groupRecords.all()).map((one) => ({ value: one.group_id, label: named(one.name, one.group_id) })),
  },
  flow: {
    permission: 'flows.read',
    key: flowRecords.key,
    load: async () => (await flowRecords.all()).map((one) => ({ value: one.flow_id, label: one.name })),
  },
  schedule: {
    permission: 'schedules.read',
    key: scheduleRecords.key,
    load: async () => (await scheduleRecords.all()).map((one) => ({ value: one.schedule_id, label: one.name })),
  },
  department: {
    permission: 'departments.read',
    key: departmentRecords.key,
    load: async () => (await departmentRecords.all()).map((one) => ({ value: one.department_id, label: one.name })),
  },
  role: {
    permission: 'roles.read',
    key: roleRecords.key,
    load: async (text) => (await roleRecords.all()).map((one) => ({ value: one.role_id, label: text(one.name) })),
  },
  trunk_number: {
    permission: 'trunk_numbers.read',
    key: trunkNumberRecords.key,
    load: async () =>
      (await trunkNumberRecords.all()).map((one) => ({ value: one.number, label: named(one.name, nationalNumber(one.number)) })),
  },
  skill: {
    permission: 'groups.read',
    key: skillRecords.key,
    load: async () => (await skillRecords.all()).map((one) => ({ value: one.skill_id, label: named(one.name, one.skill_id) })),
  },
  number_list: {
    permission: 'number_lists.read',
    key: numberListRecords.key,
    load: async () => (await numberListRecords.all()).map((one) => ({ value: one.list_id, label: one.name })),
  },
  survey: {
    permission: 'surveys.read',
    key: surveyRecords.key,
    load: async () => (await surveyRecords.all()).map((one) => ({ value: one.survey_id, label: one.name })),
  },
  prompt: {
    permission: 'prompts.read',
    key: promptRecords.key,
    load: async () => (await promptRecords.all()).map((one) => ({ value: one.prompt_id, label: one.name })),
  },
  extension: {
    permission: 'extensions.read',
    key: extensionRecords.key,
    load: async () => (await extensionRecords.all()).map((one) => ({ value: one.extension, label: named(one.name, one.extension) })),
  },
}

export interface Choices {
  items: Choice[]
  loading: boolean
  /** False when the user may not read the list: ids are shown as they are. */
  allowed: boolean
  /** The label of an id; the id itself while or when there is none. */
  nameOf: (id: string | null | undefined) => string
}

/** Everything of a kind that one can choose from, by its name in the reader's language. */
export function useChoices(kind: ChoiceKind): Choices {
  const { permission, key, load } = SOURCES[kind]
  const allowed = useMay(permission)
  const text = useLabel()
  const list = useQuery({ queryKey: [key, 'choices', languageOf(text)], queryFn: () => load(text), enabled: allowed, staleTime: 30_000 })
  const items = list.data ?? []
  return {
    items,
    loading: list.isLoading,
    allowed,
    nameOf: (id) => items.find((item) => item.value === id)?.label ?? id ?? '—',
  }
}

/** Agents by their names alone, as lists of calls show them; the user name while the address book is not here. */
export function useAgentNames(): (usernames: readonly string[]) => string {
  const { nameOf } = useChoices('agent')
  return (usernames) => usernames.map((one) => nameOf(one).replace(/（[^（]*）$/, '')).join('、')
}

// The labels are kept in the reader's language, so each language has a place of its own in the cache.
const languageOf = (text: LabelText): ReturnType<typeof useLocale> => (text({ 'zh-CN': 'zh-CN', en: 'en' }) === 'en' ? 'en' : 'zh-CN')
