import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let place = ''
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'publish-'))
})
afterEach(() => rmSync(place, { recursive: true }))

/** Builds an app of some files, each with its own name as text, and publishes it. */
function release(name: string, ...files: string[]): void {
  const build = join(place, 'build')
  rmSync(build, { recursive: true, force: true })
  for (const file of files) {
    mkdirSync(dirname(join(build, file)), { recursive: true })
    writeFileSync(join(build, file), `${name} ${file}`)
  }
  execFileSync(process.execPath, ['scripts/publish.mjs', build, join(place, 'served')], { stdio: 'pipe' })
}

const served = (): string[] => readdirSync(join(place, 'served', 'assets')).sort()
const entry = (): string => readFileSync(join(place, 'served', 'index.html'), 'utf8')

test('the first build is served whole', () => {
  release('one', 'index.html', 'mark.svg', 'assets/a-1.js')
  expect([entry(), served()]).toEqual(['one index.html', ['a-1.js']])
})

test('pages of the build before find their files; those of older builds go', () => {
  for (const version of ['1', '2', '3']) release(version, 'index.html', `assets/a-${version}.js`, 'assets/same.js')
  expect(entry()).toBe('3 index.html')
  expect(served()).toEqual(['a-2.js', 'a-3.js', 'same.js'])
})

test('what was not finished is not published', () => {
  release('one', 'index.html', 'assets/a-1.js')
  expect(() => release('two', 'assets/a-2.js')).toThrow(/no finished build/)
  expect([entry(), served()]).toEqual(['one index.html', ['a-1.js']])
})
