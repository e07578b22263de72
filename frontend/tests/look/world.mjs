// A small world of answers for screenshots: one agent, his groups, colleagues, customers and calls. Development only.
export const NOW = Date.now()
const ago = (minutes) => NOW - minutes * 60_000

const permissions =
  'self.read agent.work calls.control address_book.read presence.read customers.read customers.write call_records.read call_records.export recordings.read recordings.play recordings.download wall.read supervision.force groups.read groups.write users.read users.write roles.read roles.write departments.read departments.write trunk_numbers.read trunk_numbers.write extensions.read extensions.write schedules.read schedules.write screening.read screening.write flows.read flows.write flows.publish settings.read settings.write'.split(' ')
const agentPermissions = 'self.read agent.work calls.control address_book.read presence.read customers.read customers.write call_records.read recordings.read'.split(' ')

export const me = (all) => ({
  username: 'agent1',
  name: '陈晓雨',
  roles: ['agent'],
  permissions: all ? permissions : agentPermissions,
  scope: 'own',
  department_id: 'sales',
  extension: '1001',
  locale: 'zh-CN',
})

export const agent = (state, more = {}) => ({
  agent_id: 'agent1',
  name: '陈晓雨',
  state,
  state_since: ago(2.4),
  reason: state === 'not_ready' ? 'lunch' : '',
  next_state: null,
  groups: [
    { group_id: '8001', level: 5, priority: 1 },
    { group_id: '8002', level: 3, priority: 2 },
  ],
  phone: { kind: 'browser', address: 'client:agent1' },
  call_id: null,
  offer_id: null,
  wrap_up_until: null,
  phone_lease_until: NOW + 60_000,
  idle_since: ago(2.4),
  version: 10,
  ...more,
})

const leg = (leg_id, role, state, more = {}) => ({
  leg_id,
  role,
  agent_id: null,
  address: '+8613800138000',
  state,
  sid: `CA${leg_id}`,
  joined_at: ago(1.6),
  left_at: null,
  cause: null,
  held_since: state === 'held' ? ago(0.4) : null,
  muted: false,
  ...more,
})

export const call = (state, more = {}) => ({
  call_id: '01KAR0CALL',
  direction: 'inbound',
  state,
  carrier: 'simulator',
  customer_number: '+8613800138000',
  trunk_number: '+861055550100',
  attribution: '北京 中国移动',
  group_id: '8001',
  customer_id: 'c1',
  variables: { order: '20261122' },
  queued_at: ago(2.3),
  started_at: ago(2.6),
  answered_at: state === 'talking' || state === 'ended' ? ago(1.6) : null,
  ended_at: state === 'ended' ? NOW : null,
  cause: null,
  legs: [leg('1', 'customer', 'joined')],
  offers: [],
  consulting: null,
  recording_ids: [],
  ivr_path: [
    { node_id: 'welcome', label: '欢迎', digits: '' },
    { node_id: 'menu', label: '主菜单', digits: '1' },
    { node_id: 'sales', label: '销售', digits: '' },
  ],
  dispositions: [],
  version: 20,
  ...more,
})

export const ringing = () =>
  call('connecting', {
    offers: [{ offer_id: 'o1', kind: 'queue', agent_id: 'agent1', group_id: '8001', state: 'ringing', made_at: NOW, ring_until: NOW + 20_000, ended_at: null }],
  })
export const talking = () => call('talking', { legs: [leg('1', 'customer', 'joined'), leg('2', 'agent', 'joined', { agent_id: 'agent1', address: 'client:agent1' })] })
export const consulting = () =>
  call('talking', {
    legs: [
      leg('1', 'customer', 'held'),
      leg('2', 'agent', 'joined', { agent_id: 'agent1', address: 'client:agent1' }),
      leg('3', 'agent', 'joined', { agent_id: 'agent2', address: 'client:agent2', joined_at: ago(0.3) }),
    ],
    consulting: { by: 'agent1', leg_id: '3' },
  })
export const over = () =>
  call('ended', { legs: [leg('1', 'customer', 'left'), leg('2', 'agent', 'left', { agent_id: 'agent1', address: 'client:agent1' })] })

const record = (at, more = {}) => ({
  call_id: `r${at}`,
  direction: 'inbound',
  customer_number: '+8613800138000',
  attribution: '北京 中国移动',
  trunk_number: '+861055550100',
  group_id: '8001',
  agent_ids: ['agent1'],
  customer_id: 'c1',
  started_at: ago(at),
  answered_at: ago(at - 0.5),
  ended_at: ago(at - 4),
  wait_s: 24,
  talk_s: 212,
  hold_s: 30,
  cause: 'customer_hung_up',
  disposition: 'sold',
  recording_ids: ['REC00000001'],
  ...more,
})
const records = [
  record(6),
  record(31, { direction: 'outbound', customer_number: '+862158881234', attribution: '上海', disposition: 'call_back', talk_s: 65 }),
  record(58, { answered_at: null, talk_s: null, disposition: null, customer_number: '+8618612345678', attribution: '广东 深圳 中国联通', recording_ids: [] }),
  record(60 * 26, { customer_number: '+12125550123', attribution: 'New York', group_id: '8002' }),
  record(60 * 24 * 9, { customer_number: '+8675588880000', attribution: '广东 深圳' }),
]

const label = (zh, en) => ({ 'zh-CN': zh, en })
const customer = {
  customer_id: 'c1',
  name: '王丽华',
  phones: ['+8613800138000', '+861062345678'],
  company: '北京远景贸易有限公司',
  notes: '偏好上午联系。去年十月采购过两批打印机，今年续约谈判中。',
  department_id: 'sales',
  owner: 'agent1',
  created_at: ago(90_000),
  updated_at: ago(300),
  version: 3,
}
const customers = [
  customer,
  { ...customer, customer_id: 'c2', name: 'Müller, Hans <b>', phones: ['+4930901820'], company: 'Müller GmbH', updated_at: ago(2) },
  { ...customer, customer_id: 'c3', name: '李建国', phones: ['+8613911112222'], company: '', updated_at: ago(1500) },
]

const person = (n, name, pinyin, department_name, agent_state) => ({
  username: `agent${n}`,
  name,
  pinyin,
  extension: `100${n}`,
  department_id: department_name,
  department_name,
  agent_state,
})
const book = [
  person(2, '刘洋', 'liu yang', '销售部', 'ready'),
  person(3, '赵敏', 'zhao min', '销售部', 'on_call'),
  person(4, '孙悦', 'sun yue', '客服部', 'not_ready'),
  person(5, '周涛', 'zhou tao', '客服部', null),
  { ...person(6, '何静', 'he jing', '客服部', 'wrap_up'), username: 'supervisor1', extension: '1100' },
]

const event = (s, type, who, from, to, cause = null) => ({ event_id: `e${s}`, at: ago(6) + s * 1000, type, who, from, to, cause, data: {} })

/** Answers by "METHOD /path"; the scene says what the agent and his call are. */
export function answers(scene) {
  const page = (items) => ({ items, cursor: null })
  const user = me(scene.all)
  return {
    'POST /session/refresh': scene.signedOut ? null : { access_token: 't', expires_at: NOW + 3_600_000, user },
    'GET /me': user,
    'PUT /me/preferences': user,
    'GET /agent': { agent: scene.agent, call: scene.call ?? null, server_time: NOW },
    'POST /agent/heartbeat': { agent_version: scene.agent?.version ?? 1, call_version: scene.call?.version ?? null, server_time: NOW },
    'GET /agent/groups': page([
      { group_id: '8001', name: '销售', level: 5, priority: 1 },
      { group_id: '8002', name: '客服', level: 3, priority: 2 },
    ]),
    'GET /groups': page([
      { group_id: '8001', name: '销售' },
      { group_id: '8002', name: '客服' },
      { group_id: '8003', name: '技术支持' },
    ]),
    'GET /flows': page([{ flow_id: 'f1', name: '自助查询', published_version: 3 }]),
    'GET /departments': page([
      { department_id: 'sales', name: '销售部', parent_id: null, version: 1 },
      { department_id: 'service', name: '客服部', parent_id: null, version: 1 },
    ]),
    'GET /reasons': {
      not_ready: [
        { code: 'break', label: label('小休', 'Break') },
        { code: 'lunch', label: label('用餐', 'Lunch') },
        { code: 'training', label: label('培训', 'Training') },
        { code: 'meeting', label: label('会议', 'Meeting') },
      ],
      sign_out: [
        { code: 'shift_over', label: label('下班', 'Shift over') },
        { code: 'leave', label: label('请假', 'Leave') },
      ],
      dispositions: [
        { code: 'sold', label: label('成交', 'Sold') },
        { code: 'call_back', label: label('待回访', 'Call back') },
        { code: 'complaint', label: label('投诉', 'Complaint') },
      ],
    },
    'POST /phone/token': { kind: 'simulator', url: 'ws://zhiyin.test/sim/phone', identity: 'agent1', token: 'jwt', expires_at: NOW + 3_600_000 },
    'POST /realtime/ticket': { ticket: 'ticket', expires_at: NOW + 60_000 },
    'GET /screen-pop': {
      customer: scene.unknown ? null : customer,
      candidates: scene.unknown ? [] : [customer],
      history: scene.unknown ? [] : records.slice(0, 3),
      attribution: '北京 中国移动',
      call: { group_id: '8001', trunk_number: '+861055550100', ivr_path: [], variables: {} },
    },
    'GET /customers': page(scene.empty ? [] : customers),
    'GET /customers/c1': customer,
    'GET /customers/c1/history': page(records),
    'GET /calls': page(scene.empty ? [] : records),
    'GET /calls/r6': { ...over(), call_id: 'r6' },
    'GET /calls/r6/events': page([
      event(0, 'call.arrived', '+8613800138000', null, 'arriving'),
      event(3, 'call.queued', '8001', 'in_flow', 'queued'),
      event(20, 'offer.made', 'agent1', 'queued', 'connecting'),
      event(24, 'call.answered', 'agent1', 'connecting', 'talking'),
      event(236, 'call.ended', '+8613800138000', 'talking', 'ended', 'customer_hung_up'),
    ]),
    'GET /address-book': page(book),
    'GET /health': { status: 'ok', parts: {} },
  }
}
