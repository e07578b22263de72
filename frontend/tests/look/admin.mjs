// Screenshots of the administrator's pages on the running developer stack. Development only:
//   npm run build && node tests/look/admin.mjs [scene…]      pictures in $LOOK_DIR (default /tmp/look-admin)
import { mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'

const ORIGIN = process.env.ZHIYIN_PUBLIC_URL ?? 'http://127.0.0.1:8080'
const OUT = process.env.LOOK_DIR ?? '/tmp/look-admin'
const USER = process.env.LOOK_USER ?? 'admin1'
mkdirSync(OUT, { recursive: true })

const first = async (page) => { await page.locator('tr[tabindex="0"]').first().press('Enter'); await page.waitForTimeout(1500) }
const SCENES = {
  users: ['/users'], user: ['/users', first], user_new: ['/users/new'], departments: ['/departments'], roles: ['/roles'], role: ['/roles', first], role_new: ['/roles/new?from=agent'],
  groups: ['/groups'], group: ['/groups', first], group_new: ['/groups/new'], trunks: ['/trunk-numbers'], trunk: ['/trunk-numbers', first], extensions: ['/extensions'], extension_new: ['/extensions/new'],
  schedules: ['/schedules'], schedule_new: ['/schedules/new'], flows: ['/flows'], flow: ['/flows', first], flow_new: ['/flows/new'], screening: ['/screening'], screening_new: ['/screening/new'],
  recordings: ['/recordings'], recording: ['/recordings', async (page) => { await first(page); await page.waitForTimeout(2500) }], wall: ['/wall'], reasons: ['/reasons'], test_call: ['/test-call'],
}
const LOOKS = {
  'zh-light-1366': { locale: 'zh-CN', theme: 'light', width: 1366, height: 768 },
  'en-dark-1920': { locale: 'en', theme: 'dark', width: 1920, height: 1080 },
}

const wanted = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'],
})
for (const [look, { locale, theme, width, height }] of Object.entries(LOOKS)) {
  if (process.env.LOOK && process.env.LOOK !== look) continue
  const context = await browser.newContext({ viewport: { width, height }, locale })
  await context.addInitScript(([l, t]) => { localStorage.setItem('zhiyin.locale', l); localStorage.setItem('zhiyin.theme', t); sessionStorage.removeItem('zhiyin.tabs') }, [locale, theme])
  const page = await context.newPage()
  page.on('pageerror', (error) => console.log(`  page error: ${error.message}`))
  page.on('console', (message) => message.type() === 'error' && console.log(`  console: ${message.text().slice(0, 300)}`))
  page.on('response', (answer) => answer.status() >= 400 && console.log(`  ${answer.status()} ${answer.request().method()} ${answer.url()}`))
  await page.goto(ORIGIN)
  await page.locator('#username').fill(USER)
  await page.locator('#password').fill('Zhiyin-demo-1')
  await page.locator('button[type=submit]').click()
  await page.waitForSelector('.frame')
  for (const [name, [path, act]] of Object.entries(SCENES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    console.log(`${look} ${name}`)
    await page.goto(ORIGIN + path)
    await page.waitForSelector('.frame')
    await page.waitForTimeout(1800)
    await act?.(page)
    await page.screenshot({ path: `${OUT}/${look}-${name}.png` })
  }
  await context.close()
}
await browser.close()
