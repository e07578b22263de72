/**
 * The API's paths as `openapi-fetch` reads them. `npm run client` writes the generated schema beside this file once
 * docs/openapi.json is there; until then these lines are the contract, built from a few helper shapes.
 */
import type * as T from './types'

interface Op<Answer, Body, Query, Path> {
  parameters: unknown extends Path ? { query?: Query } : { query?: Query; path: Path }
  requestBody?: [Body] extends [never] ? never : { content: { 'application/json': Body } }
  responses: {
    200: { content: { 'application/json': Answer } }
    default: { content: { 'application/problem+json': T.Problem } }
  }
}

type Query = Record<string, string | number | boolean | undefined>
type PathOf<Url extends string> = Url extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & PathOf<Rest>
  : unknown

type Get<Url extends string, Answer> = Op<Answer, never, Query, PathOf<Url>>
type Send<Url extends string, Answer, Body> = Op<Answer, Body, Query, PathOf<Url>>

/** url → [GET answer, POST body, POST answer, PUT body, PUT answer, DELETE answer]; `never` where there is none. */
type Entry = { get?: unknown; post?: [body: unknown, answer: unknown]; put?: [body: unknown, answer: unknown]; delete?: true }

type PathItem<Url extends string, E extends Entry> = {
  parameters: { query?: never; header?: never; path?: never; cookie?: never }
  get: E extends { get: infer A } ? Get<Url, A> : never
  post: E extends { post: [infer B, infer A] } ? Send<Url, A, B> : never
  put: E extends { put: [infer B, infer A] } ? Send<Url, A, B> : never
  delete: E extends { delete: true } ? Get<Url, undefined> : never
}

type Id<T> = Omit<T, 'version'>
type Records<Base extends string, Key extends string, R> = Record<
  Base,
  { get: T.Page<R>; post: [Partial<Id<R>>, R] }
> &
  Record<`${Base}/{${Key}}`, { get: R; put: [R, R]; delete: true }>

interface Singles {
  '/session': { post: [{ username: string; password: string }, T.Session]; delete: true }
  '/session/refresh': { post: [undefined, T.Session] }
  '/session/password': { post: [{ username: string; old_password: string; new_password: string }, T.Session] }
  '/me': { get: T.Me }
  '/me/preferences': { put: [{ locale?: T.Locale; theme?: string }, T.Me] }
  '/users/{username}/password': { post: [{ password: string }, undefined] }
  '/permissions': { get: T.Page<T.PermissionName> }
  '/address-book': { get: T.Page<T.AddressBookEntry> }
  '/reasons': { get: T.Reasons; put: [T.Reasons, T.Reasons] }
  '/agent': { get: T.AgentSnapshot }
  '/agent/sign-in': {
    post: [{ groups: string[]; phone: { kind: T.PhoneKind; address?: string } }, T.Agent]
  }
  '/agent/sign-out': { post: [{ reason?: string }, T.Agent] }
  '/agent/ready': { post: [undefined, T.Agent] }
  '/agent/not-ready': { post: [{ reason: string }, T.Agent] }
  '/agent/wrap-up/finish': { post: [undefined, T.Agent] }
  '/agent/wrap-up/extend': { post: [{ seconds: number }, T.Agent] }
  '/agent/heartbeat': { post: [{ phone_ready: boolean }, T.HeartbeatAnswer] }
  '/agent/groups': { get: T.Page<T.AgentGroup> }
  '/phone/token': { post: [undefined, T.PhoneToken] }
  '/calls': { get: T.Page<T.CallRecord>; post: [{ to: string; trunk_number?: string }, T.Call] }
  '/calls/{id}': { get: T.Call }
  '/calls/{id}/events': { get: T.Page<T.CallEvent> }
  '/calls/{id}/answer': { post: [undefined, T.Call] }
  '/calls/{id}/hangup': { post: [undefined, T.Call] }
  '/calls/{id}/hold': { post: [undefined, T.Call] }
  '/calls/{id}/retrieve': { post: [undefined, T.Call] }
  '/calls/{id}/mute': { post: [{ muted: boolean }, T.Call] }
  '/calls/{id}/digits': { post: [{ digits: string }, T.Call] }
  '/calls/{id}/transfer': { post: [{ target: T.Target }, T.Call] }
  '/calls/{id}/consult': { post: [{ target: T.Target }, T.Call] }
  '/calls/{id}/consult/complete': { post: [undefined, T.Call] }
  '/calls/{id}/consult/return': { post: [undefined, T.Call] }
  '/calls/{id}/consult/merge': { post: [undefined, T.Call] }
  '/calls/{id}/conference': { post: [{ target: T.Target }, T.Call] }
  '/calls/{id}/legs/{leg_id}/remove': { post: [undefined, T.Call] }
  '/calls/{id}/rejoin': { post: [undefined, T.Call] }
  '/calls/{id}/disposition': { post: [{ code: string; note: string }, T.Call] }
  '/wall': { get: T.Wall }
  '/realtime/ticket': { post: [undefined, T.Ticket] }
  '/trunk-numbers/import': { post: [{ carrier: string }, { added: string[]; kept: string[] }] }
  '/schedules/{schedule_id}/open': { get: { open: boolean; reason: string; day?: string | null } }
  '/attribution': { get: T.Attribution }
  '/groups/{group_id}/members': { get: T.Page<T.Member> }
  '/groups/{group_id}/members/{username}': { put: [{ level: number; priority: number; name?: string }, T.Member]; delete: true }
  '/flows/{flow_id}/validate': { post: [undefined, { problems: T.FlowProblem[] }] }
  '/flows/{flow_id}/publish': { post: [undefined, T.Flow] }
  '/flows/{flow_id}/rollback': { post: [{ version: number }, T.Flow] }
  '/flows/{flow_id}/versions': { get: T.Page<T.FlowVersion> }
  '/flows/{flow_id}/versions/{n}': { get: T.FlowVersion }
  '/flows/schema': { get: Record<string, unknown> }
  '/recordings': { get: T.Page<T.Recording> }
  '/recordings/{recording_id}': { get: T.Recording }
  '/recordings/{recording_id}/url': { get: { url: string; expires_at: number } }
  '/customers/{customer_id}/history': { get: T.Page<T.CallRecord> }
  '/screen-pop': { get: T.ScreenPop }
  '/health': { get: T.Health }
}

type All = Singles &
  Records<'/users', 'username', T.User & { initial_password?: string }> &
  Records<'/departments', 'department_id', T.Department> &
  Records<'/roles', 'role_id', T.Role> &
  Records<'/trunk-numbers', 'number', T.TrunkNumber> &
  Records<'/extensions', 'extension', T.Extension> &
  Records<'/schedules', 'schedule_id', T.Schedule> &
  Records<'/screening', 'entry_id', T.ScreeningEntry> &
  Records<'/groups', 'group_id', T.Group> &
  Records<'/flows', 'flow_id', T.Flow> &
  Records<'/customers', 'customer_id', T.Customer>

export type paths = { [Url in keyof All]: All[Url] extends Entry ? PathItem<Url, All[Url]> : never }
