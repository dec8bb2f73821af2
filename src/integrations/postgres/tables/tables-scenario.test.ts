import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { aComponent, type KeptSnapshots, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { checkOf, connect, until } from '../../../../test/support/postgres-checks.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, messageMap } from '../../../core/message.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { databaseTexts, postgresDatabase } from '../database.ts'
import { postgresOptions } from '../options.ts'

const dayMs = 86_400_000
const hostile = '"; drop table orders; --'
const quotedHostile = `"${hostile.replaceAll('"', '""')}"`

const schema = `
  create schema "Sales";
  create table orders (id int primary key, note text);
  create index on orders (note);
  create table "Sales"."Orders" (id int);
  create table ${quotedHostile} (id int);
  create table events (at date not null, id int) partition by range (at);
  create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
  create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
  create unlogged table cache (id int);
  create materialized view totals as select 1 as n;
  create foreign data wrapper nowhere; create server far foreign data wrapper nowhere;
  create foreign table elsewhere (id int) server far;
  create table wide (id int, body text); alter table wide alter body set storage external;
  insert into wide select n, repeat('x', 9000) from generate_series(1, 50) n;
  insert into orders select n, 'note ' || n from generate_series(1, 1000) n;
  insert into events select date '2026-02-01', n from generate_series(1, 500) n`

for (const major of [15, 18]) {
  describe(`the tables of PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: Client

    const look = async (url: string, snapshots: KeptSnapshots = new Map()) => {
      const ctx = testContext({ snapshots })
      try {
        return await postgresDatabase(postgresOptions.parse({ url })).tables?.(ctx)
      } finally {
        await ctx.close()
      }
    }
    const rowsOf = async (snapshots?: KeptSnapshots) => {
      const seen = await look(server.url(), snapshots)
      assert.ok(seen?.ok, JSON.stringify(seen))
      return new Map(seen.rows.map((row) => [`${row.schema}.${row.table}`, row]))
    }

    before(async () => {
      server = await startPostgres({ major, settings: { autovacuum: 'off' } })
      client = await connect(server.url())
      await client.query(schema)
      await client.query('create temporary table mine (id int)')
      await client.query("update orders set note = 'new' where id <= 100; delete from orders where id > 800")
      await until(
        client,
        `select 1 from pg_stat_user_tables where relname = 'orders' and n_tup_ins = 1000 and n_tup_upd = 100 and n_tup_del = 200`,
        30_000,
      )
    })
    after(async () => {
      await client.end()
      await server.stop()
    })

    it('stand there once each, whatever their names, partitions in place of their parent', async () => {
      assert.deepEqual(
        [...(await rowsOf()).keys()].toSorted(),
        [
          ...['Sales.Orders', `public.${hostile}`, 'public.cache', 'public.events_2025', 'public.events_2026'],
          ...['public.orders', 'public.totals', 'public.wide'],
        ].toSorted(),
      )
    })

    it('have the counts and the sizes that the server gives', async () => {
      const rows = await rowsOf()
      const { rows: counted } = await client.query(`
        select n_tup_ins::float8 as inserts, n_tup_upd::float8 as updates, n_tup_del::float8 as deletes,
               n_live_tup::float8 as live, n_dead_tup::float8 as dead
        from pg_stat_user_tables where relname = 'orders'`)
      const orders = rows.get('public.orders')
      assert.ok(orders)
      assert.deepEqual(
        [orders.inserts, orders.updates, orders.deletes, orders.liveTuples, orders.deadTuples],
        [counted[0].inserts, counted[0].updates, counted[0].deletes, counted[0].live, counted[0].dead],
      )
      assert.equal(orders.deadRatio, 300 / 1100)
      const { rows: measured } = await client.query(`
        select n.nspname || '.' || c.relname as name, pg_relation_size(c.oid)::float8 as "table",
               pg_indexes_size(c.oid)::float8 as indexes,
               coalesce(pg_relation_size(nullif(reltoastrelid, 0)) + pg_indexes_size(nullif(reltoastrelid, 0)), 0)::float8 as toast
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where relkind in ('r', 'm') and nspname in ('public', 'Sales')`)
      for (const one of measured) {
        const row = rows.get(one.name)
        assert.deepEqual(
          [row?.tableBytes, row?.indexBytes, row?.toastBytes],
          [one.table, one.indexes, one.toast],
          one.name,
        )
      }
      assert.ok((rows.get('public.wide')?.toastBytes ?? 0) > 400_000)
    })

    it('[C05] tell table, index and TOAST apart, and how much each grows a day', async () => {
      const snapshots: KeptSnapshots = new Map()
      const now = Date.now()
      const now0 = await rowsOf()
      const bytes = (name: string): number => {
        const row = now0.get(name)
        assert.ok(row)
        return row.tableBytes + row.indexBytes + row.toastBytes
      }
      const { rows } = await client.query(
        `select relname, relfilenode::int8::float8 as file from pg_class where relname in ('orders', 'wide')`,
      )
      const files = new Map(rows.map(({ relname, file }) => [relname, file]))
      const kept = (days: number, orders: number, wide: number, wideFile: number) => {
        const tables = { 'public.orders': [files.get('orders'), orders, 5, 5], 'public.wide': [wideFile, wide, 1, 0] }
        const all = snapshots.get('table-sizes') ?? new Map()
        snapshots.set('table-sizes', all.set(now - days * dayMs, { tables }))
      }
      kept(4, bytes('public.orders') - 40_000, 9e9, 1)
      kept(2, bytes('public.orders') - 20_000, bytes('public.wide') - 6000, files.get('wide'))
      const seen = await rowsOf(snapshots)
      const orders = seen.get('public.orders')
      assert.equal(Math.round((orders?.bytesPerDay ?? 0) / 100), 100)
      assert.equal(orders?.sizes.length, 3)
      assert.equal(orders?.deadRatios[0], 0.5)
      assert.equal(Math.round((seen.get('public.wide')?.bytesPerDay ?? 0) / 100), 30)
      assert.equal(seen.get('public.cache')?.bytesPerDay, null)
    })

    it('are kept by the check of their sizes, all of them, for the next comparison', async () => {
      const snapshots: KeptSnapshots = new Map()
      const ctx = testContext({ snapshots })
      try {
        const check = checkOf('postgres-table-sizes')
        await check.probe(aComponent(postgresOptions.parse({ url: server.url() })), {}, ctx)
      } finally {
        await ctx.close()
      }
      const [kept] = [...(snapshots.get('table-sizes')?.values() ?? [])]
      assert.equal(Object.keys((kept as { tables: object }).tables).length, 8)
      assert.equal((await rowsOf(snapshots)).get(`public.${hostile}`)?.sizes.length, 2)
    })

    it('are told as not seen, never as none, where nothing can be seen', async () => {
      await client.query('create database empty')
      const renderer = createRenderer(messageMap(databaseTexts), createFormatter('en'))
      for (const [url, text] of [
        [server.url('empty'), /sees no table/],
        ['postgres://x:y@127.0.0.1:1/x', /connection refused/],
        [server.url('postgres', 'nobody', 'x'), /wrong user or password/],
      ] as const) {
        const seen = await look(url)
        assert.ok(seen?.ok === false)
        assert.match(renderer.render(seen.reason), text)
        assert.ok(seen.remedy)
      }
    })

    it('are seen by a role that may read none of them', async () => {
      await client.query("create role reader login password 'r'")
      const seen = await look(server.url('postgres', 'reader', 'r'))
      assert.ok(seen?.ok)
      assert.equal(seen.rows.length, 8)
    })
  })
}
