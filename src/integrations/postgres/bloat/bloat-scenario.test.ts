import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { type SeededTable, seedBloat } from '../../../../test/support/bloat-shapes.ts'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresDatabase } from '../database.ts'
import { postgresOptions } from '../options.ts'
import { isJudged, lookForBloat } from './look.ts'

const small = { minBytes: 50_000, minGain: 500_000 }
const estimates = { ...small, measured: 0 }

for (const major of [15, 18]) {
  describe(`bloat on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: Client
    let seeded: readonly SeededTable[]

    before(async () => {
      server = await startPostgres({ major, settings: { autovacuum: 'off' } })
      client = await connect(server.url())
      seeded = await seedBloat(client)
      // What the last statements changed is told after their end: it would count as changed since.
      await until(
        client,
        "select 1 from pg_stat_user_tables where relname = 'of mixed types 90' and n_tup_del > 0",
        30_000,
      )
      await client.query('vacuum (analyze)')
      await client.query('create extension pgstattuple')
    })
    after(async () => {
      await client.end()
      await server.stop()
    })

    const look = async (measured: number) => {
      const ctx = testContext()
      try {
        const component = aComponent(postgresOptions.parse({ url: server.url() }))
        const limits = { count: measured, bytes: 1e9, timeMs: 60_000 }
        const { answer } = await lookForBloat(component, { leastBytes: 8192, measure: limits }, ctx)
        assert.ok(answer.ok)
        return answer.rows
      } finally {
        await ctx.close()
      }
    }

    it('is estimated within 10 points of what pgstattuple measures, whatever the rows and however many were deleted', async () => {
      const rows = await look(0)
      for (const { name, shape, deleted } of seeded) {
        const table = rows.find((one) => one.table === name && one.index === null && !one.isToast)
        assert.ok(table && isJudged(table) && !table.isExact, name)
        const { rows: measured } = await client.query<{ wasted: number }>(
          'select dead_tuple_percent + free_percent as wasted from pgstattuple($1::oid::regclass)',
          [table.oid],
        )
        const living = 100 - (measured[0]?.wasted ?? Number.NaN)
        const wasted = Math.max(0, 100 - living / (shape === 'with a fill factor' ? 0.7 : 1))
        const estimated = (100 * table.bloatBytes) / table.bytes
        assert.ok(Math.abs(estimated - wasted) <= 10, `${name}: ${estimated} estimated, ${wasted} measured`)
        assert.ok(deleted === 0 || estimated > 0)
      }
    })

    it('of B-trees is estimated within 10 points of what pgstatindex measures', async () => {
      const [estimated, measured] = [await look(0), await look(1000)]
      for (const { name } of seeded) {
        const [a, b] = [estimated, measured].map((rows) => rows.find((one) => one.table === name && one.index !== null))
        assert.ok(a && b && isJudged(a) && isJudged(b), name)
        assert.ok(!a.isExact && b.isExact)
        const points = 100 * Math.abs(a.bloatBytes / a.bytes - b.bloatBytes / b.bytes)
        assert.ok(points <= 10, `${name}: ${points} points`)
      }
    })

    it('is named where a rewrite gains enough, with what to do about it', async () => {
      for (const options of [small, estimates]) {
        const { subjects, texts, verdict } = await lookAt('postgres-bloat', server.url(), options)
        assert.equal(verdict.status, 'warn')
        assert.ok(subjects.includes('public.wide 90'), subjects.join())
        assert.ok(subjects.includes('public.narrow 90_id_idx'), subjects.join())
        assert.ok(!subjects.some((one) => one.endsWith(' 0')), subjects.join())
        assert.match(texts, /REINDEX INDEX CONCURRENTLY "public"."narrow 90_id_idx";/)
        assert.match(texts, /VACUUM \(ANALYZE\) "public"."wide 90";.*pg_repack.*VACUUM FULL keeps everybody out/)
        assert.match(texts, options === small ? /\(measured\)/ : /\(estimated: ± 10 points\)/)
      }
      const patient = await lookAt('postgres-bloat', server.url())
      assert.equal(patient.verdict.status, 'pass')
    })

    it('of TOAST is told, at least as much as half of what was deleted', async () => {
      await client.query(`
        create table letters (id int, body text); alter table letters alter body set storage external;
        insert into letters select n, repeat('x', 7000) from generate_series(1, 600) n; delete from letters where id % 4 > 0`)
      await until(client, "select 1 from pg_stat_user_tables where relname = 'letters' and n_tup_del > 0", 30_000)
      await client.query('vacuum (analyze) letters')
      for (const options of [small, estimates]) {
        const { subjects, texts } = await lookAt('postgres-bloat', server.url(), options)
        assert.ok(subjects.includes('public.letters (toast)'), subjects.join())
        assert.match(texts, options === small ? /the TOAST of public.letters/ : /estimated: at least/)
      }
    })

    it('is never taken for none where rows were not counted, have changed since or are not to be read', async () => {
      await client.query('create table uncounted (id int); insert into uncounted select generate_series(1, 100000)')
      await until(client, "select 1 from pg_stat_user_tables where relname = 'uncounted' and n_tup_ins > 0", 30_000)
      const large = { ...estimates, minGain: 3_000_000, tableRatio: 1, indexRatio: 1 }
      const uncounted = await lookAt('postgres-bloat', server.url(), large)
      assert.equal(uncounted.verdict.status, 'error')
      assert.match(uncounted.texts, /could not tell of public.uncounted: its rows were never counted/)
      await client.query('analyze uncounted; update uncounted set id = id + 1 where id <= 50000')
      await until(
        client,
        "select 1 from pg_stat_user_tables where relname = 'uncounted' and n_mod_since_analyze >= 50000",
        30_000,
      )
      const changed = await lookAt('postgres-bloat', server.url(), large)
      assert.match(changed.texts, /could not tell of public.uncounted: more than a tenth of it changed/)
      assert.match(changed.texts, /ANALYZE "public"."uncounted";/)
      await client.query('drop table uncounted')
      await client.query("create role reader login password 'r'; grant pg_monitor to reader")
      const unread = await lookAt('postgres-bloat', server.url('postgres', 'reader', 'r'), {
        ...large,
        minGain: 100_000,
      })
      assert.equal(unread.verdict.status, 'error')
      assert.match(unread.texts, /the role may not read it/)
      assert.match(unread.texts, /GRANT SELECT ON/)
      const ctx = testContext()
      const measuring = postgresDatabase(postgresOptions.parse({ url: server.url('postgres', 'reader', 'r') }))
      const seen = await measuring.bloat?.(ctx).finally(() => ctx.close())
      // pg_monitor may measure, and measured is known.
      assert.ok(seen?.ok && seen.rows.every(({ isExact }) => isExact))
    })

    it('is not asked of a role for which the extension is closed, and is estimated then', async () => {
      await client.query("create role plain login password 'p'; grant select on all tables in schema public to plain")
      const { verdict, texts } = await lookAt('postgres-bloat', server.url('postgres', 'plain', 'p'), small)
      assert.equal(verdict.status, 'warn')
      assert.match(texts, /estimated/)
      assert.doesNotMatch(texts, /measured/)
    })

    it('of what somebody holds exclusively is estimated, without waiting', async () => {
      const locker = await connect(server.url())
      try {
        await locker.query('begin; lock table "wide 90" in access exclusive mode')
        const { subjects, verdict } = await lookAt('postgres-bloat', server.url(), small)
        assert.equal(verdict.status, 'warn')
        assert.ok(subjects.includes('public.wide 90'))
      } finally {
        await locker.end()
      }
    })
  })
}
