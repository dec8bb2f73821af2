import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type pg from 'pg'
import { debianTool, provisionDebian } from '../../scripts/provision/debian-tool.ts'
import { postgresOptions } from '../../src/integrations/postgres/options.ts'
import { retentionRuleSchema } from '../../src/integrations/postgres/retention/rule.ts'
import { retentionTask } from '../../src/integrations/postgres/tasks/retention.ts'
import { aComponent, testContext } from '../../test/support/context.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { connect } from '../../test/support/postgres-checks.ts'
import { ruleOf } from '../../test/support/retention.ts'
import { median, type Row, round, type Section } from '../report.ts'
import type { Options } from './options.ts'

const run = promisify(execFile)
/** pgbench as an application: few clients, far from what the server could do. */
const clients = 4
const transactionsPerSecond = 200
const warmMs = 3000

/**
 * Retention of many rows under a running pgbench: what it does, and what the others feel, beside nothing and the one DELETE.
 * Windows with and without it take turns, and the median of their p99 counts: a machine is not as quiet a minute later.
 */
export async function benchRetention({
  rows,
  seconds,
  rounds,
}: Pick<Options, 'rows' | 'seconds' | 'rounds'>): Promise<readonly Section[]> {
  const pgbench = await pgbenchProgram()
  const server = await startPostgres({ major: 15, settings: { shared_buffers: '256MB', max_wal_size: '4GB' } })
  const dir = mkdtempSync(join(tmpdir(), 'vigie-bench-retention-'))
  try {
    const admin = await connect(server.url())
    await run(pgbench.program, ['-i', '-q', '-s', '10', server.url()], { env: pgbench.env })
    const told: Row[] = []
    for (const [name, way] of Object.entries(waysFor(seconds))) {
      await seed(admin, rows)
      const load = startLoad(pgbench, server.url(), join(dir, String(told.length)))
      const { work, end } = await way.begin(server.url(), admin)
      await wait(warmMs)
      const windows: Window[] = []
      for (let round = 0; round < (way.isOnce ? 1 : rounds); round++) {
        const beganMs = nowMs()
        await wait(seconds * 1000)
        const begunMs = nowMs()
        const gone = await work()
        // All of it went before: there is no work to be beside.
        if (gone === 0 && windows.some((window) => window.gone > 0)) break
        windows.push({ beganMs, begunMs, endedMs: nowMs(), gone })
      }
      await end()
      told.push({ name, ...summaryOf(windows, await load.stop()) })
    }
    await admin.end()
    return [
      {
        subject: `${rows} rows leave under pgbench (${clients} clients, ${transactionsPerSecond}/s), ${rounds} times ${seconds} s without and with`,
        rows: told,
      },
    ]
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** A while without the work, then one with it. */
interface Window {
  readonly beganMs: number
  readonly begunMs: number
  readonly endedMs: number
  readonly gone: number
}

function summaryOf(windows: readonly Window[], seen: readonly Transaction[]): Omit<Row, 'name'> {
  const quiet = windows.map(({ beganMs, begunMs }) => p99(seen, beganMs, begunMs))
  const beside = windows.map(({ begunMs, endedMs }) => p99(seen, begunMs, endedMs))
  const workedMs = windows.reduce((sum, { begunMs, endedMs }) => sum + endedMs - begunMs, 0)
  const gone = windows.reduce((sum, window) => sum + window.gone, 0)
  return {
    rows: gone,
    seconds: round(workedMs / 1000),
    rowsPerSecond: round((gone * 1000) / workedMs, 0),
    quietP99Ms: round(median(quiet), 2),
    quietSpread: `${round(Math.min(...quiet), 1)}-${round(Math.max(...quiet), 1)}`,
    p99Ms: round(median(beside), 2),
    spread: `${round(Math.min(...beside), 1)}-${round(Math.max(...beside), 1)}`,
    timesQuiet: round(median(beside) / median(quiet), 2),
  }
}

interface Way {
  /** Before the windows, beside the load. */
  begin(url: string, admin: pg.Client): Promise<{ work(): Promise<number>; end(): Promise<void> }>
  /** It takes everything at once: there is no second window. */
  readonly isOnce?: true
}

/** The work of each gives how many rows went, after the seconds at the latest where the time can be limited. */
function waysFor(seconds: number): Readonly<Record<string, Way>> {
  const timeLimit = `${seconds}s`
  const end = async (): Promise<void> => undefined
  return {
    'no retention': { begin: async () => ({ work: () => wait(seconds * 1000, 0), end }) },
    'vigie db retention, delete': { begin: (url) => retaining(url, { timeLimit }, 'delete') },
    'vigie db retention, archive': { begin: (url) => retaining(url, { timeLimit }, { archive: 'archive.events' }) },
    'vigie db retention, delete, pause 2': { begin: (url) => retaining(url, { timeLimit, pause: 2 }, 'delete') },
    'the single DELETE': {
      isOnce: true,
      begin: async (_, admin) => ({
        work: async () => (await admin.query(`delete from events where at < now() - interval '30 days'`)).rowCount ?? 0,
        end,
      }),
    },
  }
}

/** A rule whose rows are counted before: that is done once a night, not in each window. */
async function retaining(
  url: string,
  more: object,
  way: Parameters<typeof ruleOf>[1],
): Promise<{ work(): Promise<number>; end(): Promise<void> }> {
  const { pause } = retentionRuleSchema.parse({ table: 'events', age: 'at', keep: '29d', action: 'delete' })
  // Tests do without the rest between batches, users do not.
  const rule = ruleOf({ table: 'events', age: 'at', keep: '29d', pause, ...more }, way)
  const component = aComponent(postgresOptions.parse({ url, retention: { events: rule } }))
  const options = retentionTask.options.parse({})
  const ctx = testContext({ timeoutMs: 6 * 3_600_000 })
  const actions = await retentionTask.plan(component, options, ctx)
  const work = async (): Promise<number> => {
    let gone = 0
    for (const action of actions) {
      const outcome = await retentionTask.execute(action, component, options, ctx)
      if (outcome.status === 'done') gone += Number(outcome.note?.params['done'])
    }
    return gone
  }
  return { work, end: () => ctx.close() }
}

/** As many rows as are to go, and a tenth of that which stays. */
async function seed(admin: pg.Client, rows: number): Promise<void> {
  await admin.query(`drop schema if exists archive cascade; drop table if exists events`)
  await admin.query(`create table events (id bigint primary key, at timestamptz not null, kind text, body text)`)
  await admin.query(
    `insert into events select n, now() - case when n <= $1 then interval '31 days' else interval '1 day' end - n * interval '1 ms',
            'kind ' || n % 20, repeat(md5(n::text), 3) from generate_series(1, $2::bigint) n`,
    [rows, Math.ceil(rows * 1.1)],
  )
  await admin.query('create index on events (at)')
  await admin.query('vacuum analyze events')
  await admin.query('checkpoint')
}

interface Program {
  readonly program: string
  readonly env: Readonly<Record<string, string>>
}

async function pgbenchProgram(): Promise<Program> {
  await provisionDebian('libpq5')
  const program = await debianTool('postgresql-15', 'usr/lib/postgresql/15/bin/pgbench')
  const libraries = await debianTool('libpq5', 'usr/lib')
  const folder = readdirSync(libraries).find((name) => name.endsWith('-linux-gnu')) ?? ''
  return { program, env: { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: join(libraries, folder) } }
}

interface Transaction {
  /** By which it belongs to a window: one that a window holds up may end after it. */
  readonly dueMs: number
  readonly latencyMs: number
}

/** Every transaction, from pgbench's own log: its latency counts from when it was due. */
function startLoad(
  { program, env }: Program,
  url: string,
  prefix: string,
): { stop(): Promise<readonly Transaction[]> } {
  const rate = ['-c', String(clients), '-R', String(transactionsPerSecond), '-T', '36000']
  const child = spawn(program, ['-n', ...rate, '-l', `--log-prefix=${prefix}`, url], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    stop: async () => {
      if (child.exitCode !== null) throw new Error(`pgbench ended: ${errors}`)
      child.kill('SIGINT')
      await ended
      const folder = dirname(prefix)
      const logs = readdirSync(folder).filter((name) => name.startsWith(`${basename(prefix)}.`))
      return logs.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').flatMap(transactionOf))
    },
  }
}

/** `client transaction latency script second microsecond lag`, in microseconds. */
function transactionOf(line: string): readonly Transaction[] {
  const [, , latency, , second, microsecond] = line.split(' ').map(Number)
  if (latency === undefined || second === undefined || microsecond === undefined) return []
  return [{ dueMs: second * 1000 + (microsecond - latency) / 1000, latencyMs: latency / 1000 }]
}

function p99(seen: readonly Transaction[], sinceMs: number, untilMs: number): number {
  const within = seen.filter(({ dueMs }) => dueMs >= sinceMs && dueMs < untilMs)
  const sorted = within.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
}

function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
