import { DatabaseSync } from 'node:sqlite'
import { Agent } from 'undici'
import type { Target } from './targets.ts'

/**
 * What anyone would write first: `bare-loop.ts <state file>`, told its targets by a message. It asks over kept-alive
 * connections and writes time and status of every answer, in one transaction each 5 s. Tells its lag when it is asked.
 */
const agent = new Agent()
const db = new DatabaseSync(process.argv[2] ?? ':memory:')
db.exec('pragma journal_mode = wal; create table points (name text, at integer, ms real, status integer)')
const insert = db.prepare('insert into points values (?, ?, ?, ?)')
let rows: [string, number, number, number][] = []
let lags: number[] = []

setInterval(() => {
  db.exec('begin')
  for (const row of rows) insert.run(...row)
  db.exec('commit')
  rows = []
}, 5000)

async function look({ name, url }: Target): Promise<void> {
  const began = performance.now()
  const { origin, pathname } = new URL(url)
  const headers = { 'user-agent': 'bare/1' }
  const status = await agent.request({ origin, path: pathname, method: 'GET', headers }).then(
    async ({ statusCode, body }) => {
      await body.text()
      return statusCode
    },
    () => 0,
  )
  rows.push([name, Date.now(), performance.now() - began, status])
}

function begin(target: Target, dueMs: number): void {
  setTimeout(
    () => {
      lags.push(performance.now() - dueMs)
      void look(target)
      begin(target, dueMs + target.everySeconds * 1000)
    },
    Math.max(0, dueMs - performance.now()),
  )
}

process.on('disconnect', () => process.exit(0))
process.on('message', (message: { readonly targets?: readonly Target[] }) => {
  if (message.targets === undefined) {
    const sorted = lags.toSorted((a, b) => a - b)
    process.send?.({ p99Seconds: (sorted[Math.floor(sorted.length * 0.99)] ?? 0) / 1000 })
    lags = []
    return
  }
  const { targets } = message
  for (const [n, target] of targets.entries()) {
    begin(target, performance.now() + (n / targets.length) * target.everySeconds * 1000)
  }
})
