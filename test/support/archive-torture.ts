import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { createParquetProcess } from '../../src/platform/parquet-process.ts'
import type { ArchiveLife } from './archive-child.ts'
import { startPostgres } from './postgres.ts'
import { connect, until } from './postgres-checks.ts'
import { randomFrom } from './random-from.ts'

export interface ArchiveTortureResult {
  readonly kills: number
  /** Of these, how many broke off a transaction that had changed something. */
  readonly inTransaction: number
  /** Rows that were to go, and rows in all. */
  readonly moved: number
  readonly rows: number
  /** Rows that stand nowhere any more, or not as they were. */
  readonly lost: readonly string[]
  /** Rows that stand in two places. */
  readonly doubled: readonly string[]
}

type Way = 'table' | 'parquet'
type Rows = ReadonlyMap<string, string>

/** Rows that are there before each life: more than it can move before it is killed. */
const rowsAhead = 10_000
/** From the first statement of a life to some batches later, in milliseconds. */
const longestLifeMs = 700
const lifeLimitMs = 120_000

/**
 * Kills a process that moves old rows at `runs` moments chosen by the seed, by turns into an archive table and into Parquet
 * files, and lets one life of each end in peace. After each kill what the table ways hold is compared with the start.
 */
export async function archiveTorture({ runs, seed }: { runs: number; seed: number }): Promise<ArchiveTortureResult> {
  const random = randomFrom(seed)
  const dir = await mkdtemp(join(tmpdir(), 'vigie-archive-torture-'))
  const server = await startPostgres({ major: 18 })
  const client = await connect(server.url())
  let victim: ChildProcess | undefined
  let [kills, inTransaction] = [0, 0]
  try {
    await client.query(`
      set timezone = 'UTC'; create schema archive; create sequence ids;
      create table rides (id bigint primary key default nextval('ids'), created_at timestamptz not null, note text, fare numeric(10, 2));
      create index on rides (created_at); create table logs (like rides including all)`)
    const live = async (way: Way, lifeMs: number | undefined): Promise<void> => {
      const life: ArchiveLife = { url: server.url(), dir, way }
      const child = spawn(process.execPath, [join(import.meta.dirname, 'archive-child.ts'), JSON.stringify(life)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_COMPILE_CACHE: compileCache },
      })
      victim = child
      let errors = ''
      child.stderr.on('data', (chunk: Buffer) => {
        errors += chunk.toString()
      })
      const ended = once(child, 'close')
      const limit = setTimeout(() => child.kill('SIGKILL'), lifeLimitMs)
      try {
        // It says so when it begins to act.
        await Promise.race([once(child.stdout, 'data'), ended])
        if (lifeMs !== undefined) {
          await wait(lifeMs)
          inTransaction += await openChanges(client)
          if (child.kill('SIGKILL')) kills++
        }
        const [code, signal] = await ended
        if (lifeMs === undefined && code !== 0)
          throw new Error(`a life in peace ended with ${code ?? signal}: ${errors}`)
        if (lifeMs !== undefined && signal !== 'SIGKILL') throw new Error(`a life ended by itself: ${errors}`)
      } finally {
        clearTimeout(limit)
      }
      // The server ends what a dead client began when it next tells it something.
      await until(
        client,
        `select 1 where not exists (select 1 from pg_stat_activity where application_name = 'vigie')`,
        60_000,
      )
    }
    const started = new Map<Way, Map<string, string>>([
      ['table', new Map()],
      ['parquet', new Map()],
    ])
    const lost: string[] = []
    const doubled: string[] = []
    const judge = async (way: Way): Promise<void> => {
      const found = await (way === 'table' ? inTables(client) : inFiles(client, join(dir, 'archive', 'logs')))
      for (const [id, text] of started.get(way) ?? []) {
        const there = found.filter((rows) => rows.has(id))
        if (there.length > 1) doubled.push(`${way} ${id}`)
        else if (there[0]?.get(id) !== text) lost.push(`${way} ${id}`)
      }
    }
    for (let life = 0; life < runs; life++) {
      const way = life % 2 === 0 ? 'table' : 'parquet'
      await refill(client, way, started.get(way) ?? new Map())
      await live(way, Math.floor(random() * longestLifeMs))
      if (way === 'table') await judge(way)
    }
    for (const way of ['table', 'parquet'] as const) {
      await live(way, undefined)
      await judge(way)
      const left = await client.query(`select 1 from ${tableOf(way)} where created_at < now() - interval '200 days'`)
      if (left.rows.length > 0) throw new Error(`${way}: the last life left ${left.rows.length} rows`)
    }
    const rows = [...started.values()].reduce((sum, { size }) => sum + size, 0)
    const { rows: stay } = await client.query<{ count: number }>(
      'select ((select count(*) from rides) + (select count(*) from logs))::int as count',
    )
    return { kills, inTransaction, moved: rows - (stay[0]?.count ?? 0), rows, lost, doubled }
  } finally {
    victim?.kill('SIGKILL')
    await client.end()
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

const compileCache = join(import.meta.dirname, '..', '..', '.artifacts', 'compile-cache')

function tableOf(way: Way): string {
  return way === 'table' ? 'rides' : 'logs'
}

async function openChanges(client: pg.Client): Promise<number> {
  const { rows } = await client.query(
    `select 1 from pg_stat_activity where application_name = 'vigie' and backend_xid is not null`,
  )
  return Math.min(1, rows.length)
}

/** A tenth of the rows is young: these never go. */
async function refill(client: pg.Client, way: Way, started: Map<string, string>): Promise<void> {
  const table = tableOf(way)
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from ${table} where created_at < now() - interval '200 days'`,
  )
  const missing = Math.max(0, rowsAhead - (rows[0]?.count ?? 0))
  const { rows: made } = await client.query<{ id: string; text: string }>(
    `insert into ${table} as r (created_at, note, fare)
     select now() - case when n % 10 = 0 then interval '1 day' else interval '201 days' + n % 7 * interval '1 day' end,
            case n % 3 when 0 then null else 'né "' || n end, n / 7.0 from generate_series(1, $1) n
     returning id::text, r::text as text`,
    [missing],
  )
  for (const { id, text } of made) started.set(id, text)
}

async function inTables(client: pg.Client): Promise<readonly Rows[]> {
  const found: Rows[] = []
  for (const table of ['public.rides', 'archive.rides']) {
    const isThere = (await client.query('select to_regclass($1) is not null as there', [table])).rows[0]?.there
    if (isThere === true) found.push(await rowsOf(client, `select id::text, r::text as text from ${table} r`))
  }
  return found
}

/** Each file is a place of its own: a row in two of them is doubled. */
async function inFiles(client: pg.Client, folder: string): Promise<readonly Rows[]> {
  const reader = createParquetProcess()
  const found = [await rowsOf(client, 'select id::text, r::text as text from logs r')]
  try {
    for (const name of globSync('*/*.parquet', { cwd: folder })) {
      const columns = ['id', 'created_at', 'note', 'fare']
      const values = await reader.ask({ op: 'read', file: join(folder, name), columns })
      found.push(
        await rowsOf(
          client,
          `select id::text, row(id::bigint, created_at::timestamp at time zone 'UTC', note, fare::numeric(10, 2))::text as text
           from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as r (id, created_at, note, fare)`,
          values,
        ),
      )
    }
  } finally {
    await reader.close()
  }
  return found
}

async function rowsOf(client: pg.Client, sql: string, values: readonly unknown[] = []): Promise<Rows> {
  const { rows } = await client.query<{ id: string; text: string }>(sql, [...values])
  if (new Set(rows.map(({ id }) => id)).size !== rows.length) throw new Error('a row stands twice in one place')
  return new Map(rows.map(({ id, text }) => [id, text]))
}
