import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect, until } from '../../../test/support/postgres-checks.ts'
import { startStandby } from '../../../test/support/postgres-standby.ts'
import { taskAtWork } from '../../../test/support/postgres-tasks.ts'
import { postgresOptions } from './options.ts'
import { locksView } from './views/locks.ts'

describe('every query of the care tasks and of the locks', () => {
  for (const major of [13, 14, 15, 16, 17, 18]) {
    it(`runs on PostgreSQL ${major}, and what is planned is done`, async () => {
      const server = await startPostgres({ major, settings: { autovacuum: 'off' } })
      try {
        const admin = await connect(server.url())
        await admin.query(`
          create table stock (id int primary key);
          insert into stock select generate_series(1, 40000); delete from stock where id % 10 <> 0;
          create table parts (id int) partition by range (id);
          create table parts_low partition of parts for values from (0) to (100000);
          insert into parts select generate_series(1, 5000)`)
        await until(admin, `select 1 from pg_stat_user_tables where relname = 'stock' and n_dead_tup >= 36000`, 60_000)
        await until(
          admin,
          `select 1 from pg_stat_user_tables where relname = 'parts_low' and n_mod_since_analyze >= 5000`,
          60_000,
        )
        const component = { url: server.url() }
        for (const [kind, options, expected] of [
          ['postgres-maintain', {}, ['public.parts', 'public.parts_low', 'public.stock']],
          ['postgres-reindex', { minGain: 200_000, keepFree: 0 }, ['public.stock_pkey']],
        ] as const) {
          const at = taskAtWork(kind, component, options)
          const actions = await at.plan()
          assert.deepEqual(actions.map(({ target }) => target).toSorted(), expected, kind)
          for (const action of actions)
            assert.equal((await at.execute(action)).status, 'done', `${kind} ${action.target}`)
          assert.deepEqual(await at.plan(), [], kind)
          await at.ctx.close()
        }
        const idle = taskAtWork('postgres-end-idle', component, { idleInTransaction: { after: '1h' } })
        assert.deepEqual(await idle.plan(), [])
        const ctx = testContext()
        const seen = await locksView(postgresOptions.parse(component), ctx)
        assert.deepEqual(seen, { ok: true, rows: [], notes: [] })
        await ctx.close()
        await admin.end()
      } finally {
        await server.stop()
      }
    })
  }

  it('plans a database of 20,000 tables within the time of a statement', async () => {
    const server = await startPostgres({ settings: { autovacuum: 'off', max_locks_per_transaction: '1024' } })
    try {
      const admin = await connect(server.url())
      for (let from = 0; from < 20_000; from += 2000)
        await admin.query(
          `do $$ begin for i in ${from}..${from + 1999} loop execute format('create table t%s (id int)', i); end loop; end $$`,
        )
      await admin.query('insert into t7 select generate_series(1, 5000)')
      await until(
        admin,
        `select 1 from pg_stat_user_tables where relname = 't7' and n_mod_since_analyze >= 5000`,
        60_000,
      )
      const at = taskAtWork('postgres-maintain', { url: server.url() })
      assert.deepEqual(
        (await at.plan()).map(({ target }) => target),
        ['public.t7'],
      )
      assert.deepEqual(await taskAtWork('postgres-reindex', { url: server.url() }).plan(), [])
      await admin.end()
    } finally {
      await server.stop()
    }
  })

  it('are refused by a standby, which says where to go', async () => {
    const server = await startPostgres({ settings: { wal_level: 'replica' } })
    const standby = await startStandby(server)
    try {
      for (const kind of ['postgres-maintain', 'postgres-reindex']) {
        const at = taskAtWork(kind, { url: standby.url() })
        assert.match(await at.refusal(at.plan()), /postgres.acts-on-primary[\s\S]*actingUrl/)
      }
    } finally {
      await standby.stop()
      await server.stop()
    }
  })
})
