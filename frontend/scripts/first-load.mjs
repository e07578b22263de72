// Adds up what the browser fetches, gzipped, before the first page stands; fails above the budget.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 350
const dist = new URL('../dist.next/', import.meta.url).pathname
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const kb = (file) => gzipSync(readFileSync(join(dist, file))).length / 1024

function closure(keys, seen = new Set()) {
  for (const key of keys) {
    const chunk = manifest[key]
    if (seen.has(key) || chunk === undefined) continue
    seen.add(key)
    closure(chunk.imports ?? [], seen)
  }
  return seen
}

function size(keys) {
  const files = new Set()
  for (const key of closure(keys)) {
    files.add(manifest[key].file)
    for (const css of manifest[key].css ?? []) files.add(css)
  }
  return [...files].reduce((sum, file) => sum + kb(file), 0)
}

const frame = Object.keys(manifest).filter((key) => key.endsWith('frame/Frame.tsx'))
const desk = Object.keys(manifest).filter((key) => key.endsWith('pages/desk/page.tsx'))
const signIn = size(['index.html']) + kb('index.html')
const work = size(['index.html', ...frame, ...desk]) + kb('index.html')
const total = readdirSync(join(dist, 'assets')).reduce((sum, name) => sum + statSync(join(dist, 'assets', name)).size, 0)
console.log(`web_sign_in_kb_gz: ${signIn.toFixed(1)}`)
console.log(`web_initial_kb_gz: ${work.toFixed(1)}`)
console.log(`web_all_kb_raw: ${(total / 1024).toFixed(0)}`)
if (work > BUDGET_KB) {
  console.error(`The first load (page, frame and desk) is over its budget of ${BUDGET_KB} KB.`)
  process.exit(1)
}
