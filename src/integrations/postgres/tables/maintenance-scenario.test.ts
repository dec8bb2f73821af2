import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, kindsByDefault, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { tablesView } from '../views/tables.ts'
import { tableNeedsSql } from './care-of-tables.ts'
import { type TableCare, tableCareSql } from './table-care.ts'

const hostile = '"; drop table tokens; --'
const quotedHostile = `"${hostile.replaceAll('"', '""')}"`

/** They want to have counted for a while. */
const youngStatistics: readonly string[] = ['postgres-unused-index', 'postgres-sequential-scans']

describe('tables', () => {
  for (const major of [15, 18]) {
    describe(`on PostgreSQL ${major}`, () => {
      let server: PostgresServer
      let client: Client
      before(async () => {
        server = await startPostgres({ major, settings: { max_prepared_transactions: '1', autovacuum: 'off' } })
        client = await connect(server.url())
        await client.query(`
          create table tokens (id int primary key, body text) with (autovacuum_enabled = false);
          create table ${quotedHostile} (id int);
          create table kept (id int);
          create index tokens_part_idx on tokens (lower(body)) where id > 3;
          create table small (id int);
          insert into tokens select n, repeat('x', 5000) from generate_series(1, 300) n;
          insert into ${quotedHostile} select generate_series(1, 300);
          insert into kept select generate_series(1, 300);
          insert into small values (1)`)
        await client.query('vacuum (analyze) kept')
        await client.query('delete from tokens where id > 100')
        await until(
          client,
          "select 1 from pg_stat_user_tables where relname = 'tokens' and n_tup_del = 200 and n_dead_tup > 0",
        )
        await until(client, "select 1 from pg_stat_user_tables where relname = 'kept' and last_vacuum is not null")
      })
      after(async () => {
        await client.end()
        await server.stop()
      })

      it('that were never vacuumed are named with the statement that does it; small and kept ones are not', async () => {
        const { subjects, texts } = await lookAt('postgres-vacuum', server.url(), { minChanges: 200 })
        assert.deepEqual(subjects, [`public.${hostile}`, 'public.tokens'])
        assert.match(texts, /autovacuum is off for it/)
        assert.ok(texts.includes(`VACUUM (ANALYZE) "public".${quotedHostile};`))
        const patient = await lookAt('postgres-vacuum', server.url())
        assert.equal(patient.verdict.status, 'pass')
      })

      it('[E02] tell how long each was not vacuumed, with its autovacuum settings and the age of its transaction ids', async () => {
        await client.query(
          'alter table kept set (autovacuum_vacuum_threshold = 7, autovacuum_vacuum_scale_factor = 0.5)',
        )
        const { evidence, verdict } = await lookAt('postgres-vacuum', server.url())
        assert.match(
          evidence,
          /public\.tokens: vacuum not since 20\S+Z, analyze not since 20\S+Z; 200 dead rows, autovacuum off; xid age \d+/,
        )
        assert.match(evidence, /public\.kept: vacuum 0 d 0 h ago, analyze 0 d 0 h ago; 0 dead rows, autovacuum off/)
        const care = await client.query<TableCare>(tableCareSql)
        const kept = care.rows.find(({ table }) => table === 'kept')
        const { rows } = await client.query(`
          select age(relfrozenxid)::float8 as age,
                 (extract(epoch from now() - (select last_vacuum from pg_stat_user_tables where relname = 'kept')) * 1000)::float8 as ms
          from pg_class where relname = 'kept'`)
        assert.equal(kept?.trigger, 7 + 0.5 * 300)
        assert.equal(kept.freezeAt, 200_000_000)
        assert.ok(Math.abs(kept.xidAge - rows[0].age) <= 2)
        assert.ok(kept.vacuumAgeMs !== null && Math.abs(kept.vacuumAgeMs - rows[0].ms) < 10_000)
        assert.ok(verdict.status === 'pass' && (verdict.measurements?.['oldest_table_xid_age'] ?? 0) > 0)
        assert.equal(verdict.measurements?.['never_vacuumed_tables'], 3)
      })

      it('with dead rows beyond the limits are named until they are vacuumed', async () => {
        const limits = { minDead: 100, warnRatio: 0.4 }
        const { subjects, texts } = await lookAt('postgres-dead-tuples', server.url(), limits)
        assert.deepEqual(subjects, ['public.tokens'])
        assert.match(texts, /200 dead rows, 67% of all/)
        await client.query('vacuum tokens')
        await until(client, "select 1 from pg_stat_user_tables where relname = 'tokens' and n_dead_tup = 0")
        const after = await lookAt('postgres-dead-tuples', server.url(), limits)
        assert.equal(after.verdict.status, 'pass')
      })

      it('have the sizes that the server gives, and no check waits in the queue of one that is locked', async () => {
        const { rows } = await client.query(`
          select sum(pg_relation_size(oid) + pg_indexes_size(oid)
                     + coalesce(pg_relation_size(nullif(reltoastrelid, 0)) + pg_indexes_size(nullif(reltoastrelid, 0)), 0))::float8 as bytes
          from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`)
        const { verdict, texts } = await lookAt('postgres-table-sizes', server.url())
        assert.ok(verdict.status === 'pass')
        assert.equal(verdict.measurements?.['total_bytes'], rows[0].bytes)
        assert.match(texts, /4 tables, .*; largest tokens/)
        const locker = await connect(server.url())
        await locker.query('begin; lock table tokens in access exclusive mode')
        try {
          for (const kind of kindsByDefault()) {
            const options = youngStatistics.includes(kind) ? { minStatisticsAge: 0 } : {}
            const locked = await lookAt(kind, server.url(), options)
            assert.notEqual(locked.verdict.status, 'error', `${kind}: ${locked.texts}`)
          }
        } finally {
          await locker.end()
        }
      })

      it('tell how fast they grow once there is enough history', async () => {
        const dayMs = 86_400_000
        const points = [3, 2, 1].map((days) => ({ at: new Date(10 * dayMs - days * dayMs), value: 1e6 * (4 - days) }))
        const { verdict, texts } = await lookAt('postgres-table-sizes', server.url(), {}, { total_bytes: points })
        assert.ok('measurements' in verdict && Math.round(verdict.measurements?.['growth_bytes_per_day'] ?? 0) === 1e6)
        assert.match(texts, /\+1\u00a0MB a day/)
      })

      it('of which the server counts nothing are not judged by what it would have counted', async () => {
        await client.query("alter system set track_counts = 'off'")
        await client.query('select pg_reload_conf()')
        try {
          await until(client, "select 1 where current_setting('track_counts') = 'off'")
          for (const kind of ['postgres-vacuum', 'postgres-dead-tuples', 'postgres-unused-index']) {
            const { verdict, subjects, texts } = await lookAt(kind, server.url())
            assert.equal(verdict.status, 'error', kind)
            assert.deepEqual(subjects, [])
            assert.match(texts, /track_counts is off/)
            assert.match(texts, /ALTER SYSTEM SET track_counts = on;/)
          }
        } finally {
          await client.query('alter system reset track_counts')
          await client.query('select pg_reload_conf()')
          await until(client, "select 1 where current_setting('track_counts') = 'on'")
        }
      })

      it('share transaction ids: what holds them back is named with the statement that ends it', async () => {
        const limits = { warn: 0.000_000_001, fail: 0.9 }
        const holder = await connect(server.url(), 'holder')
        await holder.query('begin isolation level repeatable read; select 1; create temporary table held (id int)')
        for (let used = 0; used < 200; used++) await client.query('select txid_current()')
        await client.query('vacuum (freeze)')
        const held = await lookAt('postgres-transaction-id-age', server.url(), limits)
        assert.equal(held.verdict.status, 'warn')
        assert.ok(held.subjects.includes('postgres') && held.subjects.includes('template0'))
        const { rows } = await holder.query('select pg_backend_pid() as pid')
        assert.match(held.texts, new RegExp(`held back by the session with pid ${rows[0].pid}`))
        assert.match(held.texts, new RegExp(`SELECT pg_terminate_backend\\(${rows[0].pid}\\);`))
        await holder.end()
        await client.query('vacuum (freeze)')
        const preparer = await connect(server.url())
        await preparer.query("begin; insert into kept values (1); prepare transaction 'it''s forgotten'")
        await preparer.end()
        for (let used = 0; used < 200; used++) await client.query('select txid_current()')
        const prepared = await lookAt('postgres-transaction-id-age', server.url(), limits)
        assert.match(prepared.texts, /the prepared transaction it's forgotten/)
        await client.query(/ROLLBACK PREPARED '.*';/.exec(prepared.texts)?.[0] ?? 'select no_remedy()')
        const fine = await lookAt('postgres-transaction-id-age', server.url())
        assert.equal(fine.verdict.status, 'pass')
      })

      it('that were vacuumed before a reset of the statistics are not said to have never been', async () => {
        await client.query('vacuum (analyze) kept')
        await client.query('select pg_stat_reset()')
        await client.query('insert into kept select generate_series(1, 500)')
        await until(client, "select 1 from pg_stat_user_tables where relname = 'kept' and n_tup_ins >= 500", 30_000)
        const { subjects, texts } = await lookAt('postgres-vacuum', server.url(), { minChanges: 500 })
        assert.deepEqual(subjects, ['public.kept'])
        const { rows } = await client.query(
          `select to_char(stats_reset at time zone 'UTC', 'FMHH24:MI') as at from pg_stat_database where datname = current_database()`,
        )
        assert.match(
          texts,
          new RegExp(`kept was not vacuumed nor analyzed since the statistics began on .*${rows[0].at}`),
        )
        assert.match(texts, /kept n'a eu ni vacuum ni analyze depuis le début des statistiques, le /)
        assert.doesNotMatch(texts, /never|jamais/)
        const needs = await client.query(tableNeedsSql, [null])
        const kept = needs.rows.find(({ table }) => table === 'kept')
        assert.equal(kept?.isAnalyzed, true)
        const ctx = testContext()
        try {
          const view = await tablesView(postgresOptions.parse({ url: server.url() }), ctx)
          const notes = view.ok ? view.notes.map(({ code }) => code) : []
          assert.deepEqual(notes, ['postgres.tables-since'])
        } finally {
          await ctx.close()
        }
      })
    })
  }
})
