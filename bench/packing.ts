import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { rowsOfDay } from './packing/rows.ts'
import { type Row, report, round } from './report.ts'
import { usageOf } from './watch/process-usage.ts'
import { openWorkshop } from './watch/workshop.ts'

/**
 * A dump of pgbench's kind of 1 GB and the same a day later, 2,000 rows updated and 5,000 added: whole, as a difference, read
 * back; beside the guides' `gzip`, and zstd by itself. `--rows 10000000` is 1 GB.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { rows: { type: 'string', default: '10000000' }, json: { type: 'boolean', default: false } },
})
const count = Number(values.rows)
await using shop = openWorkshop()
const days = [join(shop.dir, 'monday.dump'), join(shop.dir, 'tuesday.dump')] as const
for (const [day, file] of days.entries()) await pipeline(rowsOfDay(count, day), createWriteStream(file))
const megabytes = statSync(days[1]).size / 1e6

interface Measured {
  readonly name: string
  readonly seconds: number
  readonly storedMb: number
}

const rows: Row[] = []
for (const [name, program, args] of [
  ['gzip', 'gzip', ['-c']],
  ['zstd -3 -T2', 'zstd', ['-q', '-3', '-T2', '-c']],
] as const) {
  const started = performance.now()
  const child = shop.run(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const most = watched(child.pid ?? 0)
  if (child.stdin === null || child.stdout === null) throw new Error(`${program} has no streams`)
  const out = join(shop.dir, 'compressed')
  await Promise.all([pipeline(createReadStream(days[1]), child.stdin), pipeline(child.stdout, createWriteStream(out))])
  const seconds = (performance.now() - started) / 1000
  rows.push({ ...told({ name, seconds, storedMb: statSync(out).size / 1e6 }), ownMb: '', ...most() })
}

const child = spawn(process.execPath, [join(import.meta.dirname, 'packing', 'child.ts'), shop.dir, ...days], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
shop.atEnd(() => child.kill())
const ended = once(child, 'exit')
let most = watched(child.pid ?? 0)
for await (const line of createInterface({ input: child.stdout })) {
  const { ownMb, ...measured }: Measured & { ownMb: number } = JSON.parse(line)
  rows.push({ ...told(measured), ownMb: round(ownMb, 0), ...most() })
  most = watched(child.pid ?? 0)
}
most()
const [code] = await ended
if (code !== 0) throw new Error(`the packing ended with ${code}`)
report('packing', rows)

function told({ name, seconds, storedMb }: Measured): Row {
  return { name, seconds: round(seconds), 'MB/s': round(megabytes / seconds, 0), storedMb: round(storedMb, 2) }
}

/** The most memory that the process and its helpers had at once, until it is asked. */
function watched(pid: number): () => { readonly withHelpersMb: number } {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, usageOf([pid]).rssMb)
  }, 50)
  return () => {
    clearInterval(timer)
    return { withHelpersMb: round(peak, 0) }
  }
}
