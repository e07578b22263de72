// Puts a finished build where it is served, while it is served: new files first, index.html last and in one step, and what the
// build before had stays for the pages that are open. Usage: node scripts/publish.mjs <build> <served>
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ENTRY = 'index.html'
// What the newest build consists of, so that the next one knows what may go.
const LIST = join('.vite', 'files.json')

const filesOf = (folder) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile()) : []

/** A reader sees the old file or the new one, never half of it. */
function put(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, `${to}.new`)
  renameSync(`${to}.new`, to)
}

function before(served) {
  const list = join(served, LIST)
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : filesOf(served)
}

const [build, served] = process.argv.slice(2)
const files = filesOf(build)
if (!files.includes(ENTRY)) throw new Error(`${build} is no finished build: it has no ${ENTRY}`)
const kept = new Set([...files, ...before(served), LIST])
for (const name of [...files.filter((one) => one !== ENTRY), ENTRY]) put(join(build, name), join(served, name))
for (const name of filesOf(served)) if (!kept.has(name)) rmSync(join(served, name))
mkdirSync(join(served, dirname(LIST)), { recursive: true })
writeFileSync(join(served, LIST), JSON.stringify(files))
