// Screenshots of the built web app in headless Chromium, every request answered from world.mjs. Development only:
//   npm run build && npm run look [scene…]      pictures in $LOOK_DIR (default /tmp/look)
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { chromium } from 'playwright-core'
import { agent, answers, consulting, me, NOW, over, ringing, talking } from './world.mjs'

const DIST = process.env.LOOK_DIST ?? new URL('../../dist/', import.meta.url).pathname
const OUT = process.env.LOOK_DIR ?? '/tmp/look'
const ORIGIN = 'http://zhiyin.test'
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.html': 'text/html' }

const ringingPhone = { type: 'incoming', callSid: 'CA2', from: '+8613800138000', parameters: {} }
const connectedPhone = [ringingPhone, { type: 'accepted', callSid: 'CA2' }, { type: 'hearing', callSid: 'CA2', kind: 'conversation' }]
const onCall = { agent: agent('on_call', { call_id: '01KAR0CALL' }), phone: connectedPhone }

const press = (button) => async (page) => {
  await page.locator(`[data-button=${button}]`).click()
  await page.waitForTimeout(500)
}

/** Each scene: what the server says, where to go, and what to do before the picture. */
const SCENES = {
  sign_in: { signedOut: true },
  signed_out: { agent: agent('signed_out', { groups: [] }) },
  sign_in_dialog: { agent: agent('signed_out', { groups: [] }), act: press('sign_in') },
  ready: { agent: agent('ready') },
  not_ready: { agent: agent('not_ready') },
  missed: { agent: { ...agent('not_ready'), reason: 'no_answer' } },
  not_ready_dialog: { agent: agent('ready'), act: press('not_ready') },
  ringing: { agent: agent('reserved', { offer_id: 'o1', call_id: '01KAR0CALL' }), call: ringing(), phone: [ringingPhone] },
  talking: { ...onCall, call: talking() },
  talking_desk: { ...onCall, call: talking(), act: async (page) => { await page.locator('.menu a').first().click() } },
  new_customer: { ...onCall, call: talking(), unknown: true },
  consulting: { ...onCall, call: consulting(), act: async (page) => { await page.locator('.menu a').first().click() } },
  transfer: { ...onCall, call: talking(), act: press('transfer') },
  keys: { ...onCall, call: talking(), act: press('keys') },
  wrap_up: { agent: agent('wrap_up', { wrap_up_until: NOW + 45_000, call_id: '01KAR0CALL' }), call: over(), path: '/customers/c1' },
  dial: { agent: agent('ready'), act: press('dial') },
  book: { agent: agent('ready'), act: async (page) => { await page.keyboard.press('Alt+l'); await page.waitForTimeout(800) } },
  help: { agent: agent('ready'), act: async (page) => { await page.keyboard.press('?'); await page.waitForTimeout(500) } },
  customers: { agent: agent('ready'), path: '/customers' },
  customers_empty: { agent: agent('ready'), path: '/customers', empty: true },
  customer: { agent: agent('ready'), path: '/customers/c1' },
  calls: { agent: agent('ready'), path: '/calls', all: true },
  call_detail: { agent: agent('ready'), path: '/calls', act: async (page) => { await page.locator('tr[tabindex="0"]').first().press('Enter'); await page.waitForTimeout(800) } },
  lost: { agent: agent('ready'), deaf: true },
}

const LOOKS = [
  { name: 'zh-light-1366', locale: 'zh-CN', theme: 'light', width: 1366, height: 768 },
  { name: 'en-light-1366', locale: 'en', theme: 'light', width: 1366, height: 768 },
  { name: 'zh-dark-1920', locale: 'zh-CN', theme: 'dark', width: 1920, height: 1080 },
]

async function answer(route, table) {
  const request = route.request()
  const url = new URL(request.url())
  if (!url.pathname.startsWith('/api/')) return file(route, url.pathname)
  const body = table[`${request.method()} ${url.pathname.slice(4)}`]
  if (body === undefined) console.log(`  unanswered: ${request.method()} ${url.pathname}`)
  if (body == null) return route.fulfill({ status: body === null ? 401 : 404, json: { code: 'not_found', detail: '没有找到', correlation_id: 'c0ffee' } })
  return route.fulfill({ json: body })
}

function file(route, pathname) {
  const path = join(DIST, pathname)
  const found = extname(pathname) !== '' && existsSync(path) ? path : join(DIST, 'index.html')
  return route.fulfill({ body: readFileSync(found), contentType: TYPES[extname(found)] ?? 'application/octet-stream' })
}

function sockets(context, scene) {
  return Promise.all([
    context.routeWebSocket(/\/ws\?/, (socket) => {
      if (scene.deaf) return socket.close()
      socket.onMessage((text) => {
        const message = JSON.parse(text)
        if (message.action === 'subscribe') socket.send(JSON.stringify({ type: 'subscribed', topics: message.topics }))
        if (message.action === 'ping') socket.send(JSON.stringify({ type: 'pong', server_time: Date.now() }))
      })
    }),
    context.routeWebSocket(/\/sim\/phone/, (socket) => {
      socket.onMessage((text) => {
        if (JSON.parse(text).type !== 'register') return
        socket.send(JSON.stringify({ type: 'registered', identity: 'agent1', expiresAt: 0 }))
        for (const frame of scene.phone ?? []) socket.send(JSON.stringify(frame))
      })
    }),
  ])
}

async function shoot(browser, look, name, scene) {
  const context = await browser.newContext({ viewport: { width: look.width, height: look.height }, locale: look.locale, timezoneId: 'Asia/Shanghai' })
  await context.addInitScript(([locale, theme]) => {
    localStorage.setItem('zhiyin.locale', locale)
    localStorage.setItem('zhiyin.theme', theme)
  }, [look.locale, look.theme])
  const table = answers(scene)
  await context.route('**/*', (route) => answer(route, table))
  await sockets(context, scene)
  const page = await context.newPage()
  page.on('pageerror', (error) => console.log(`  page error in ${name}: ${error.message}`))
  page.on('console', (message) => message.type() === 'error' && console.log(`  console in ${name}: ${message.text()}`))
  await page.goto(ORIGIN + (scene.path ?? '/'))
  await page.waitForTimeout(Number(process.env.LOOK_WAIT ?? 1200))
  await scene.act?.(page)
  await page.waitForTimeout(300)
  await page.screenshot({ path: join(OUT, `${name}.${look.name}.png`) })
  await context.close()
}

const wanted = process.argv.slice(2)
const looks = LOOKS.filter((look) => !process.env.LOOK || look.name.startsWith(process.env.LOOK))
mkdirSync(OUT, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'],
})
for (const look of looks) {
  for (const [name, scene] of Object.entries(SCENES)) {
    if (wanted.length === 0 || wanted.includes(name)) await shoot(browser, look, name, scene)
  }
}
await browser.close()
console.log(`${me(false).name}: pictures in ${OUT}`)
