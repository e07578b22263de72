import { expect, test } from 'vitest'
import { hostOf, hostsProblem } from './parts/rows'

const host = (name: string, port: number | null = null) => ({ host: name, port, plain: false, note: '' })

test('a host is a name, once for each port', () => {
  expect(hostsProblem([])).toBeNull()
  expect(hostsProblem([host('api.example.com'), host('api.example.com', 8443)])).toBeNull()
  expect(hostsProblem([host('api.example.com'), host('api.example.com')])).toEqual({ code: 'problem.twice', name: 'api.example.com' })
  for (const bad of ['', 'https://a.example', 'a.example/x', 'A.example', '-a', 'a b']) expect(hostsProblem([host(bad)])).toEqual({ code: 'problem.host', name: bad })
})

test('a pasted address becomes its host', () => {
  expect(hostOf(' https://API.example.com:8443/orders?x=1 ')).toBe('api.example.com')
  expect(hostOf('api.example.com')).toBe('api.example.com')
})
