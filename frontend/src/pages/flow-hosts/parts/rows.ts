import type { FlowHost } from '@/api/types'

const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

export interface HostProblem {
  code: 'problem.host' | 'problem.twice'
  name: string
}

/** What is wrong with the list, the first thing from above; null when nothing is. */
export function hostsProblem(hosts: readonly FlowHost[]): HostProblem | null {
  const bad = hosts.find(({ host }) => !HOST.test(host))
  if (bad) return { code: 'problem.host', name: bad.host }
  const keys = hosts.map(({ host, port }) => `${host}:${port ?? ''}`)
  const twice = hosts.find((_one, at) => keys.indexOf(keys[at] ?? '') !== at)
  return twice ? { code: 'problem.twice', name: twice.host } : null
}

/** What somebody means who pastes an address: its host, in small letters. */
export const hostOf = (typed: string): string => typed.trim().toLowerCase().replace(/^https?:\/\//, '').replace(/[/:?#].*$/, '')
