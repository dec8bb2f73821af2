import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { dbTablesOutput } from '../../src/cli/json-shapes/db.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect, until } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

describe('vigie db tables', () => {
  let server: PostgresServer
  let system: ScratchSystem

  before(async () => {
    server = await startPostgres({ settings: { autovacuum: 'off' } })
    const admin = await connect(server.url())
    await admin.query(`
      create table many (id int); insert into many select generate_series(1, 3000);
      create table large (id int, body text); insert into large select n, repeat('x', 1500) from generate_series(1, 500) n;
      create table churned (id int); insert into churned select generate_series(1, 2000); delete from churned where id > 500;
      create table a_table_with_a_name_that_is_longer_than_any_terminal_would_like (id int) with (autovacuum_enabled = false);
      do $$ begin for n in 1..30 loop execute format('create table small_%s (id int)', n); end loop; end $$`)
    // What a session counted is told after its end; a vacuum before would have those rows counted twice.
    await until(admin, `select 1 from pg_stat_user_tables where relname = 'many' and n_tup_ins = 3000`, 30_000)
    await admin.query('vacuum many')
    await until(
      admin,
      `select 1 from pg_stat_user_tables where relname = 'churned' and n_tup_del = 1500
       and exists (select 1 from pg_stat_user_tables where relname = 'many' and last_vacuum is not null)`,
      30_000,
    )
    await admin.end()
    const config = { name: 'Shop', components: { db: { kind: 'postgres', url: server.url() } } }
    system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
  })
  after(async () => {
    system.remove()
    await server.stop()
  })

  const tables = async (...words: string[]) =>
    dbTablesOutput.parse((await vigie(['db', 'tables', '--json', ...words, ...system.config])).json())

  it('[C04] gives the row counts of each table, sorted as asked, with their history and their dead ratio', async () => {
    await vigie(['run', 'db/table-sizes', ...system.config])
    const { tables: byDead } = await tables('--order', 'dead')
    const [churned] = byDead
    assert.ok(churned)
    const { table, inserts, updates, deletes, liveTuples, deadTuples, deadRatio, deadRatios } = churned
    assert.deepEqual(
      { table, inserts, updates, deletes, liveTuples, deadTuples, deadRatio },
      {
        table: 'churned',
        inserts: 2000,
        updates: 0,
        deletes: 1500,
        liveTuples: 500,
        deadTuples: 1500,
        deadRatio: 0.75,
      },
    )
    assert.deepEqual(deadRatios, [0.75, 0.75])
    for (const [order, first] of [
      ['size', 'large'],
      ['live', 'many'],
      ['dead', 'churned'],
      ['vacuum', 'large'],
    ] as const) {
      assert.equal((await tables('--order', order, '--limit', '1')).tables[0]?.table, first, order)
    }
    const vacuumed = (await tables('--order', 'vacuum', '--limit', '100')).tables
    assert.equal(vacuumed.at(-1)?.table, 'many')
  })

  it('[E04] gives the largest tables by live tuples first', async () => {
    const { tables: byLive, totals } = await tables('--order', 'live', '--limit', '3')
    assert.deepEqual(
      byLive.map(({ table, liveTuples }) => [table, liveTuples]),
      [
        ['many', 3000],
        ['churned', 500],
        ['large', 500],
      ].toSorted((a, b) => Number(b[1]) - Number(a[1]) || (a[0] === 'large' ? -1 : 1)),
    )
    assert.equal(totals.tables, 34)
  })

  it('fits the terminal in both languages, and says how many it leaves out', async () => {
    for (const [locale, left, head] of [
      ['en', /… 14 more: --limit/, /^table +size/],
      ['fr', /… 14 de plus : --limit/, /^table +taille/],
    ] as const) {
      const { stdout, code } = await vigie(['db', 'tables', '--locale', locale, ...system.config], {
        env: { COLUMNS: '80' },
      })
      assert.equal(code, 0)
      assert.match(stdout.replaceAll(/\u00a0/g, ' '), left)
      assert.match(stdout, head)
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line)
    }
  })

  it('gives the tables that are named, and tells of one that is not there', async () => {
    const named = await tables('public.many', 'large')
    assert.deepEqual(named.tables.map(({ table }) => table).toSorted(), ['large', 'many'])
    const { code, stderr } = await vigie(['db', 'tables', 'mny', ...system.config])
    assert.equal(code, 2)
    assert.match(stderr, /There is no table "mny"/)
  })

  it('refuses an order that it does not know', async () => {
    const { code, stderr } = await vigie(['db', 'tables', '--order', 'colour', ...system.config])
    assert.equal(code, 2)
    assert.match(stderr, /size, live, dead, growth, vacuum, age/)
  })
})
