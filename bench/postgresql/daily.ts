import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type pg from 'pg'
import { startPostgres } from '../../test/support/postgres.ts'
import { connect } from '../../test/support/postgres-checks.ts'
import { median, round, type Section } from '../report.ts'
import { guideQueries } from './guide-queries.ts'
import type { Options } from './options.ts'

const program = join(import.meta.dirname, '..', '..', 'bin', 'vigie.js')
const run = promisify(execFile)

/**
 * A whole daily routine on a database of many tables and indexes, and what it costs the server by its own books
 * (pg_stat_statements), beside the queries of the five guides sent one after the other.
 */
export async function benchDaily({ tables, indexes, rounds }: Options): Promise<readonly Section[]> {
  const settings = { shared_preload_libraries: 'pg_stat_statements', max_locks_per_transaction: '10000' }
  const server = await startPostgres({ settings })
  const dir = mkdtempSync(join(tmpdir(), 'vigie-bench-'))
  try {
    const admin = await connect(server.url())
    await seed(admin, tables, indexes)
    const config = join(dir, 'vigie.config.json')
    const url = server.url('postgres', 'looker', 'looker')
    writeFileSync(config, JSON.stringify({ name: 'Bench', components: { db: { kind: 'postgres', url } } }))
    const programs = {
      'vigie run daily': async () => {
        // Findings make it end with 1: they are what it is for.
        await run(process.execPath, [program, 'run', 'daily', '--json', '--config', config]).catch((error) => {
          if (error.code !== 1 && error.code !== 3) throw error
        })
      },
      "the guides' queries, one by one": async () => {
        // A session of its own, as Vigie has: one that has opened every table before is far cheaper.
        const looker = await connect(url)
        for (const sql of guideQueries) await looker.query(sql)
        await looker.end()
      },
    }
    const rows = []
    for (const [name, work] of Object.entries(programs)) {
      const seen = []
      for (let index = 0; index < rounds; index++) {
        await admin.query('select pg_stat_statements_reset()')
        const started = performance.now()
        await work()
        seen.push({ wallMs: performance.now() - started, ...(await load(admin)) })
      }
      rows.push({
        program: name,
        wallMs: round(median(seen.map(({ wallMs }) => wallMs)), 0),
        serverMs: round(median(seen.map(({ serverMs }) => serverMs)), 0),
        worstServerMs: round(Math.max(...seen.map(({ serverMs }) => serverMs)), 0),
        statements: median(seen.map(({ statements }) => statements)),
        dearest: seen.at(-1)?.dearest ?? '',
      })
    }
    await admin.end()
    return [{ subject: `${tables} tables, ${indexes} indexes: a whole daily check`, rows }]
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function seed(admin: pg.Client, tables: number, indexes: number): Promise<void> {
  await admin.query('create extension pg_stat_statements')
  await admin.query(`create role looker login password 'looker'; grant pg_monitor to looker`)
  const each = 100
  for (let from = 0; from < tables; from += each) {
    await admin.query(`do $$ begin for n in ${from} .. ${Math.min(tables, from + each) - 1} loop
      execute format('create table %I (id int primary key, a int, b text, at timestamptz default now())', 'table_' || n);
      execute format('insert into %I select g, g, md5(g::text) from generate_series(1, 50) g', 'table_' || n);
      end loop; end $$`)
  }
  // The primary keys are indexes already.
  for (let from = tables; from < indexes; from += each) {
    await admin.query(`do $$ begin for n in ${from} .. ${Math.min(indexes, from + each) - 1} loop
      execute format('create index on %I (%s)', 'table_' || (n % ${tables}), case when n % 3 = 0 then 'a' when n % 3 = 1 then 'b' else 'at, a' end);
      end loop; end $$`)
  }
  await admin.query('analyze')
}

interface Load {
  readonly serverMs: number
  readonly statements: number
  readonly dearest: string
}

/** What the server did for the role that looks, by its own books. */
async function load(admin: pg.Client): Promise<Load> {
  const { rows } = await admin.query<Load>(`
    select coalesce(sum(total_exec_time + total_plan_time), 0)::float8 as "serverMs", coalesce(sum(calls), 0)::float8 as statements,
           coalesce((array_agg(round(total_exec_time) || ' ms: ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 60)
             order by total_exec_time desc))[1], '') as dearest
    from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = 'looker'`)
  return rows[0] ?? { serverMs: 0, statements: 0, dearest: '' }
}
