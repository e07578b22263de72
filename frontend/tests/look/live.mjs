// Walks one call through the real local stack in two browsers: agent (AGENT, default agent4) and colleague (OTHER, default agent5).
// Development only, with the stack up (it serves dist/): npm run build && node tests/look/live.mjs
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const ORIGIN = process.env.ZHIYIN_PUBLIC_URL ?? 'http://127.0.0.1:8080'
const OUT = process.env.LOOK_DIR ?? '/tmp/look'
const AGENT = process.env.AGENT ?? 'agent4'
const OTHER = process.env.OTHER ?? 'agent5'
const FROM = '+8613800000077'
let failed = 0

mkdirSync(OUT, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic'],
})

async function open(name, username) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } })
  const page = await context.newPage()
  page.on('pageerror', (error) => console.log(`  [${name}] page error: ${error.message}`))
  page.on('response', async (answer) => {
    if (answer.status() >= 400 && !answer.url().includes('/refresh')) console.log(`  [${name}] ${answer.status()} ${answer.url()} ${(await answer.text()).slice(0, 200)}`)
  })
  await page.goto(ORIGIN)
  await page.locator('#username').fill(username)
  await page.locator('#password').fill('Zhiyin-demo-1')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-phone=ready], [data-phone=connected]', { timeout: 20_000 })
  return page
}

async function step(what, run) {
  const start = Date.now()
  try {
    await run()
    console.log(`ok   ${what} (${Date.now() - start} ms)`)
  } catch (error) {
    failed += 1
    console.log(`FAIL ${what}: ${String(error.message).split('\n')[0]}`)
  }
}

const state = (page, wanted) => page.waitForSelector(`[data-state=${wanted}]`, { timeout: 15_000 })
const enabled = (page, button) => page.waitForSelector(`[data-button=${button}][aria-disabled=false]`, { timeout: 15_000 })
const press = async (page, button) => {
  await enabled(page, button)
  await page.locator(`[data-button=${button}]`).click()
}
const shot = (page, name) => page.screenshot({ path: join(OUT, `live-${name}.png`) })

/** Signed in but not ready: takes consultations and transfers, and no callers of others who use the same stack. */
async function notReady(page) {
  if ((await page.locator('[data-state=signed_out]').count()) > 0) {
    await page.keyboard.press('Alt+i')
    await page.locator('.ant-modal .ant-btn:not(.ant-btn-primary)').last().click()
  } else if ((await page.locator('[data-state=not_ready]').count()) === 0) {
    await page.keyboard.press('Alt+u')
    await page.locator('[data-reason]').first().click()
  }
  await state(page, 'not_ready')
}

async function ready(page) {
  if ((await page.locator('[data-state=signed_out]').count()) > 0) {
    await page.keyboard.press('Alt+i')
    await page.locator('[data-sign-in-ready]').click()
  } else if ((await page.locator('[data-state=ready]').count()) === 0) await page.keyboard.press('Alt+y')
  await state(page, 'ready')
}

let one, two, other
await step('both sign in', async () => {
  one = await open('one', AGENT)
  other = await open('other', OTHER)
})
await step('the same user signs in at a second browser', async () => {
  two = await open('two', AGENT)
})
await step('ready', () => ready(one))
await step('a caller (key 2) rings', async () => {
  await fetch(`${ORIGIN}/sim/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: FROM, to: '+861055550100', steps: [{ wait_until: 'listening' }, { press: process.env.KEY ?? '2' }] }),
  })
  await one.waitForSelector('[data-ringing]', { timeout: 30_000 })
})
await step('the same user in a second browser rings too', async () => {
  await two.waitForSelector('[data-ringing], [data-state=on_call], [data-state=reserved]', { timeout: 10_000 })
})
await shot(one, 'ringing')
await step('Enter answers', async () => {
  await one.locator('h1').first().click({ force: true }).catch(() => undefined)
  await one.keyboard.press('Enter')
  await state(one, 'on_call')
  await one.waitForSelector('[data-phone=connected]', { timeout: 10_000 })
})
await shot(one, 'talking')
await step('the second browser shows the true state and does not ring', async () => {
  await state(two, 'on_call')
  await two.waitForSelector('[data-ringing]', { state: 'detached', timeout: 10_000 })
  await shot(two, 'second')
})
await step('hold', async () => {
  await one.waitForTimeout(2000)
  await press(one, 'hold')
  await enabled(one, 'retrieve')
})
await step('reload in the middle of the call', async () => {
  await one.reload()
  await state(one, 'on_call')
  await one.waitForSelector('[data-phone=connected]', { timeout: 20_000 })
  await enabled(one, 'retrieve')
})
await shot(one, 'reloaded')
await step('retrieve', async () => {
  await press(one, 'retrieve')
  await enabled(one, 'hold')
})
await step('mute and unmute', async () => {
  await press(one, 'mute')
  await one.waitForSelector('[data-button=mute][aria-pressed=true]', { timeout: 10_000 })
  await press(one, 'mute')
  await one.waitForSelector('[data-button=mute][aria-pressed=false]', { timeout: 10_000 })
})
await step('colleague signed in', () => notReady(other))
await step('consult the colleague', async () => {
  await press(one, 'consult')
  await one.locator(`[data-target=${OTHER}]`).click()
  await other.waitForSelector('[data-answer]', { timeout: 20_000 })
  await other.keyboard.press('Alt+a')
  await enabled(one, 'complete')
})
await shot(one, 'consulting')
await step('complete the transfer', async () => {
  await press(one, 'complete')
  await state(one, 'wrap_up')
  await state(other, 'on_call')
})
await shot(one, 'wrap-up')
await step('finish the wrap-up', async () => {
  await one.locator('.wrap-panel .ant-btn-primary').click()
  await one.waitForSelector('.wrap-panel', { state: 'detached', timeout: 10_000 })
})
await step('the colleague hangs up', async () => {
  await other.keyboard.press('Alt+x')
  await state(other, 'wrap_up')
})
await step('click to dial answers by itself and connects', async () => {
  await one.keyboard.press('Escape')
  await enabled(one, 'dial')
  await one.keyboard.press('Alt+p')
  await one.locator('.ant-modal input:visible').first().fill('13900000002')
  await one.keyboard.press('Enter')
  await state(one, 'on_call')
  await one.waitForSelector('[data-phone=connected]', { timeout: 20_000 })
})
await one.waitForTimeout(4000)
await shot(one, 'outbound')
await step('hang up', async () => {
  await one.keyboard.press('Alt+x')
  await one.waitForSelector('[data-state=wrap_up], [data-state=ready], [data-state=not_ready]', { timeout: 15_000 })
})
await shot(one, 'end')
for (const page of [one, other]) {
  await step('sign out', async () => {
    if ((await page.locator('.wrap-panel').count()) > 0) await page.locator('.wrap-panel .ant-btn-primary').click()
    await page.waitForTimeout(500)
    await page.keyboard.press('Alt+o')
    await page.locator('[data-reason]').first().click()
    await state(page, 'signed_out')
  })
}
await browser.close()
console.log(failed === 0 ? 'all steps went well' : `${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
