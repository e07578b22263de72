// Pages against the API's own word on permissions, so that nobody is led to a page that refuses him.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { homeOf, menuFor, routes } from './routes'

type Operation = { 'x-permission': string }
const api = JSON.parse(readFileSync('../docs/openapi.json', 'utf8')) as { paths: Record<string, Record<string, Operation | undefined>> }

const needs = (path: string, method: string): string | undefined => api.paths[path]?.[method]?.['x-permission']

/** Pages whose address is also that of the API's list, record or new record. */
const told = routes.flatMap(({ path, permission }) => {
  const list = `/${path.split('/')[1] ?? ''}`
  const needed = path.endsWith('/new') ? needs(list, 'post') : needs(path.replace(/:(\w+)/, '{$1}'), 'get')
  return needed === undefined ? [] : [{ path, permission, needed }]
})

// Open to everybody, since agents choose from them; the page is for those who write the lists.
const STRICTER = new Set(['/reasons'])

test('most pages show what the API lists', () => {
  expect(told.length).toBeGreaterThan(30)
})

test.each(told)('$path asks for what the API asks for', ({ path, permission, needed }) => {
  if (STRICTER.has(path)) expect(permission).not.toBe(needed)
  else expect(permission).toBe(needed)
})

const AGENT = ['self.read', 'agent.work', 'calls.control', 'address_book.read', 'presence.read', 'customers.read', 'customers.write', 'call_records.read', 'recordings.read', 'recordings.play', 'voicemail.read', 'voicemail.handle', 'groups.read']
const menuOf = (permissions: readonly string[]): string[] => menuFor((one) => permissions.includes(one), []).map((page) => page.path)

test('an agent has his work in the menu and nothing to configure', () => {
  expect(menuOf(AGENT)).toEqual(['/desk', '/customers', '/calls', '/recordings', '/voicemails'])
  expect(menuOf([...AGENT, 'groups.write'])).toContain('/groups')
})

test('home is a page that the user may open', () => {
  expect(homeOf((one) => AGENT.includes(one))).toBe('/desk')
  expect(homeOf((one) => one === 'groups.read')).toBe('/groups')
})
