import {
  ApartmentOutlined,
  ApiOutlined,
  AudioOutlined,
  BranchesOutlined,
  CalendarOutlined,
  ContactsOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  ExperimentOutlined,
  FormOutlined,
  GlobalOutlined,
  IdcardOutlined,
  InboxOutlined,
  NodeIndexOutlined,
  PhoneOutlined,
  RollbackOutlined,
  SafetyOutlined,
  SmileOutlined,
  SoundOutlined,
  StopOutlined,
  TrophyOutlined,
  TagsOutlined,
  TeamOutlined,
  UnorderedListOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { lazy, type ComponentType, type ReactNode } from 'react'
import { matchPath } from 'react-router'
import { UnheardBadge } from './frame/UnheardBadge'
import type { AppWord } from './locale'

export type MenuSection = 'work' | 'watch' | 'configure' | 'system'

/** A page's place in the menu. `forAnyOf`: not for everyone who may open the page, but for those to whom it is work. */
interface MenuPlace {
  section: MenuSection
  icon: ReactNode
  forAnyOf?: readonly string[]
  /** What stands beside the name: how much waits there. */
  Badge?: ComponentType
}

/** One page: its address, who may open it, its name, where it stands in the menu, and its code (loaded when opened). */
export interface PageRoute {
  path: string
  permission: string
  word: AppWord
  menu?: MenuPlace
  /** A part of the installation without which the page is not in the menu. */
  part?: string
  Page: ComponentType
}

/** A page's component by its name, its code fetched when the page is first opened. */
function page<K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K): ComponentType {
  const Loaded: ComponentType = lazy<ComponentType>(async () => ({ default: (await load())[name] }))
  return Loaded
}

// Agents may read groups, to transfer to them by name; how they are set up is for those who set things up.
const SETS_UP_GROUPS = ['groups.write', 'settings.read'] as const

/** The one table of routes and permissions. Order = order in the menu; the first one that a user may open is home. */
export const routes: readonly PageRoute[] = [
  {
    path: '/desk',
    permission: 'agent.work',
    word: 'page.desk',
    menu: { section: 'work', icon: <CustomerServiceOutlined /> },
    Page: page(() => import('@/pages/desk/page'), 'DeskPage'),
  },
  {
    path: '/customers',
    permission: 'customers.read',
    word: 'page.customers',
    menu: { section: 'work', icon: <ContactsOutlined /> },
    Page: page(() => import('@/pages/customers/page'), 'CustomersPage'),
  },
  {
    path: '/customers/new',
    permission: 'customers.write',
    word: 'page.new_customer',
    Page: page(() => import('@/pages/customer/page'), 'NewCustomerPage'),
  },
  {
    path: '/customers/:customer_id',
    permission: 'customers.read',
    word: 'page.customer',
    Page: page(() => import('@/pages/customer/page'), 'CustomerPage'),
  },
  {
    path: '/calls',
    permission: 'call_records.read',
    word: 'page.calls',
    menu: { section: 'work', icon: <PhoneOutlined /> },
    Page: page(() => import('@/pages/calls/page'), 'CallsPage'),
  },
  { path: '/recordings', permission: 'recordings.read', word: 'page.recordings', menu: { section: 'work', icon: <AudioOutlined /> }, Page: page(() => import('@/pages/recordings/page'), 'RecordingsPage') },
  { path: '/recordings/:recording_id', permission: 'recordings.read', word: 'page.recording', Page: page(() => import('@/pages/recordings/recording'), 'RecordingPage') },
  { path: '/voicemails', permission: 'voicemail.read', word: 'page.voicemails', menu: { section: 'work', icon: <InboxOutlined />, Badge: UnheardBadge }, Page: page(() => import('@/pages/voicemails/page'), 'VoicemailsPage') },
  { path: '/callbacks', permission: 'callbacks.read', word: 'page.callbacks', menu: { section: 'work', icon: <RollbackOutlined /> }, Page: page(() => import('@/pages/callbacks/page'), 'CallbacksPage') },
  { path: '/wall', permission: 'wall.read', word: 'page.wall', menu: { section: 'watch', icon: <DashboardOutlined /> }, Page: page(() => import('@/pages/wall/page'), 'WallPage') },
  { path: '/survey-results', permission: 'surveys.results', word: 'page.survey_results', menu: { section: 'watch', icon: <SmileOutlined /> }, Page: page(() => import('@/pages/survey-results/page'), 'SurveyResultsPage') },
  { path: '/groups', permission: 'groups.read', word: 'page.groups', menu: { section: 'configure', icon: <TeamOutlined />, forAnyOf: SETS_UP_GROUPS }, Page: page(() => import('@/pages/groups/page'), 'GroupsPage') },
  { path: '/groups/new', permission: 'groups.write', word: 'page.new_group', Page: page(() => import('@/pages/groups/page'), 'NewGroupPage') },
  { path: '/groups/:group_id', permission: 'groups.read', word: 'page.group', Page: page(() => import('@/pages/groups/page'), 'GroupPage') },
  { path: '/trunk-numbers', permission: 'trunk_numbers.read', word: 'page.trunk_numbers', menu: { section: 'configure', icon: <GlobalOutlined /> }, Page: page(() => import('@/pages/trunk-numbers/page'), 'TrunkNumbersPage') },
  { path: '/trunk-numbers/new', permission: 'trunk_numbers.write', word: 'page.new_trunk_number', Page: page(() => import('@/pages/trunk-numbers/page'), 'NewTrunkNumberPage') },
  { path: '/trunk-numbers/:number', permission: 'trunk_numbers.read', word: 'page.trunk_number', Page: page(() => import('@/pages/trunk-numbers/page'), 'TrunkNumberPage') },
  { path: '/flows', permission: 'flows.read', word: 'page.flows', menu: { section: 'configure', icon: <BranchesOutlined /> }, Page: page(() => import('@/pages/flows/page'), 'FlowsPage') },
  { path: '/flows/new', permission: 'flows.write', word: 'page.new_flow', Page: page(() => import('@/pages/flows/flow'), 'NewFlowPage') },
  { path: '/flows/:flow_id', permission: 'flows.read', word: 'page.flow', Page: page(() => import('@/pages/flows/flow'), 'FlowPage') },
  { path: '/prompts', permission: 'prompts.read', word: 'page.prompts', menu: { section: 'configure', icon: <SoundOutlined /> }, Page: page(() => import('@/pages/prompts/page'), 'PromptsPage') },
  { path: '/prompts/new', permission: 'prompts.write', word: 'page.new_prompt', Page: page(() => import('@/pages/prompts/page'), 'NewPromptPage') },
  { path: '/prompts/:prompt_id', permission: 'prompts.read', word: 'page.prompt', Page: page(() => import('@/pages/prompts/page'), 'PromptPage') },
  { path: '/flow-hosts', permission: 'settings.read', word: 'page.flow_hosts', menu: { section: 'configure', icon: <ApiOutlined /> }, Page: page(() => import('@/pages/flow-hosts/page'), 'FlowHostsPage') },
  { path: '/schedules', permission: 'schedules.read', word: 'page.schedules', menu: { section: 'configure', icon: <CalendarOutlined /> }, Page: page(() => import('@/pages/schedules/page'), 'SchedulesPage') },
  { path: '/schedules/new', permission: 'schedules.write', word: 'page.new_schedule', Page: page(() => import('@/pages/schedules/page'), 'NewSchedulePage') },
  { path: '/schedules/:schedule_id', permission: 'schedules.read', word: 'page.schedule', Page: page(() => import('@/pages/schedules/page'), 'SchedulePage') },
  { path: '/skills', permission: 'groups.read', word: 'page.skills', menu: { section: 'configure', icon: <TrophyOutlined />, forAnyOf: SETS_UP_GROUPS }, Page: page(() => import('@/pages/skills/page'), 'SkillsPage') },
  { path: '/skills/new', permission: 'groups.write', word: 'page.new_skill', Page: page(() => import('@/pages/skills/page'), 'NewSkillPage') },
  { path: '/skills/:skill_id', permission: 'groups.read', word: 'page.skill', Page: page(() => import('@/pages/skills/page'), 'SkillPage') },
  { path: '/surveys', permission: 'surveys.read', word: 'page.surveys', menu: { section: 'configure', icon: <FormOutlined /> }, Page: page(() => import('@/pages/surveys/page'), 'SurveysPage') },
  { path: '/surveys/new', permission: 'surveys.write', word: 'page.new_survey', Page: page(() => import('@/pages/surveys/page'), 'NewSurveyPage') },
  { path: '/surveys/:survey_id', permission: 'surveys.read', word: 'page.survey', Page: page(() => import('@/pages/surveys/page'), 'SurveyPage') },
  { path: '/screening', permission: 'screening.read', word: 'page.screening', menu: { section: 'configure', icon: <StopOutlined /> }, Page: page(() => import('@/pages/screening/page'), 'ScreeningPage') },
  { path: '/screening/new', permission: 'screening.write', word: 'page.new_screening_entry', Page: page(() => import('@/pages/screening/page'), 'NewScreeningPage') },
  { path: '/screening/:entry_id', permission: 'screening.read', word: 'page.screening_entry', Page: page(() => import('@/pages/screening/page'), 'ScreeningEntryPage') },
  { path: '/number-lists', permission: 'number_lists.read', word: 'page.number_lists', menu: { section: 'configure', icon: <UnorderedListOutlined /> }, Page: page(() => import('@/pages/number-lists/page'), 'NumberListsPage') },
  { path: '/number-lists/new', permission: 'number_lists.write', word: 'page.new_number_list', Page: page(() => import('@/pages/number-lists/page'), 'NewNumberListPage') },
  { path: '/number-lists/:list_id', permission: 'number_lists.read', word: 'page.number_list', Page: page(() => import('@/pages/number-lists/page'), 'NumberListPage') },
  { path: '/dry-run', permission: 'routing.dry_run', word: 'page.dry_run', menu: { section: 'configure', icon: <NodeIndexOutlined /> }, Page: page(() => import('@/pages/dry-run/page'), 'DryRunPage') },
  { path: '/extensions', permission: 'extensions.read', word: 'page.extensions', menu: { section: 'configure', icon: <IdcardOutlined /> }, Page: page(() => import('@/pages/extensions/page'), 'ExtensionsPage') },
  { path: '/extensions/new', permission: 'extensions.write', word: 'page.new_extension', Page: page(() => import('@/pages/extensions/page'), 'NewExtensionPage') },
  { path: '/extensions/:extension', permission: 'extensions.read', word: 'page.extension', Page: page(() => import('@/pages/extensions/page'), 'ExtensionPage') },
  { path: '/reasons', permission: 'settings.read', word: 'page.reasons', menu: { section: 'configure', icon: <TagsOutlined /> }, Page: page(() => import('@/pages/reasons/page'), 'ReasonsPage') },
  { path: '/users', permission: 'users.read', word: 'page.users', menu: { section: 'system', icon: <UserOutlined /> }, Page: page(() => import('@/pages/users/page'), 'UsersPage') },
  { path: '/users/new', permission: 'users.write', word: 'page.new_user', Page: page(() => import('@/pages/users/page'), 'NewUserPage') },
  { path: '/users/:username', permission: 'users.read', word: 'page.user', Page: page(() => import('@/pages/users/page'), 'UserPage') },
  { path: '/departments', permission: 'departments.read', word: 'page.departments', menu: { section: 'system', icon: <ApartmentOutlined /> }, Page: page(() => import('@/pages/departments/page'), 'DepartmentsPage') },
  { path: '/departments/new', permission: 'departments.write', word: 'page.new_department', Page: page(() => import('@/pages/departments/page'), 'NewDepartmentPage') },
  { path: '/departments/:department_id', permission: 'departments.read', word: 'page.department', Page: page(() => import('@/pages/departments/page'), 'DepartmentPage') },
  { path: '/roles', permission: 'roles.read', word: 'page.roles', menu: { section: 'system', icon: <SafetyOutlined /> }, Page: page(() => import('@/pages/roles/page'), 'RolesPage') },
  { path: '/roles/new', permission: 'roles.write', word: 'page.new_role', Page: page(() => import('@/pages/roles/page'), 'NewRolePage') },
  { path: '/roles/:role_id', permission: 'roles.read', word: 'page.role', Page: page(() => import('@/pages/roles/page'), 'RolePage') },
  { path: '/test-call', permission: 'calls.control', word: 'page.test_call', menu: { section: 'system', icon: <ExperimentOutlined /> }, part: 'simulator', Page: page(() => import('@/pages/test-call/page'), 'TestCallPage') },
]

export type May = (permission: string) => boolean

export function routesFor(may: May): PageRoute[] {
  return routes.filter((route) => may(route.permission))
}

/** The route that an address belongs to; fixed addresses (`/customers/new`) win over ones with a parameter. */
export function routeAt(pathname: string): PageRoute | undefined {
  return (
    routes.find((route) => route.path === pathname) ?? routes.find((route) => matchPath(route.path, pathname) !== null)
  )
}

/** The pages of a user's menu. `parts`: of the installation, undefined while they are not known. */
export function menuFor(may: May, parts: readonly string[] | undefined): PageRoute[] {
  return routesFor(may).filter(
    ({ menu, part }) => menu && (menu.forAnyOf?.some(may) ?? true) && (part === undefined || parts?.includes(part)),
  )
}

export function homeOf(may: May): string {
  return (menuFor(may, []).at(0) ?? routesFor(may).at(0))?.path ?? '/customers'
}
