/** Timers that keep time in a hidden page. One worker ticks each second; everything here counts its ticks. */
interface Job {
  due: number
  every: number | null
  run: () => void
}

const jobs = new Set<Job>()
let started = false
let lastTick = 0

const SLEPT_MS = 15_000
const wakers = new Set<() => void>()

function tick(): void {
  const now = Date.now()
  const slept = lastTick !== 0 && now - lastTick > SLEPT_MS
  lastTick = now
  if (slept) wakers.forEach((wake) => wake())
  for (const job of [...jobs]) {
    if (job.due > now || !jobs.has(job)) continue
    if (job.every === null) jobs.delete(job)
    else job.due = now + job.every
    job.run()
  }
}

function start(): void {
  if (started) return
  started = true
  if (typeof Worker === 'undefined') {
    setInterval(tick, 1000)
    return
  }
  const worker = new Worker(new URL('./steady.worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = tick
}

function add(job: Job): () => void {
  start()
  jobs.add(job)
  return () => jobs.delete(job)
}

/** Runs once after `delay` ms (rounded up to the next second). Answers how to call it off. */
export const after = (delay: number, run: () => void): (() => void) => add({ due: Date.now() + delay, every: null, run })

/** Runs every `period` ms. Answers how to stop it. */
export const every = (period: number, run: () => void): (() => void) => add({ due: Date.now() + period, every: period, run })

/** Runs when the machine wakes from sleep: the clock jumped between two ticks. */
export function onWake(run: () => void): () => void {
  start()
  wakers.add(run)
  return () => wakers.delete(run)
}
