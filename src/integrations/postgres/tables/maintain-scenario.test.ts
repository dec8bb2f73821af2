import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { type TaskAtWork, taskAtWork } from '../../../../test/support/postgres-tasks.ts'
import type { Action } from '../../../core/task.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

const hostile = 'x"; drop table orders; --'
const quotedHostile = '"x""; drop table orders; --"'

for (const major of [15, 18]) {
  describe(`vacuum and analyze where needed, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let admin: Client
    const options = { minRows: 100 }
    const task = (more: object = {}, component: object = {}): TaskAtWork =>
      taskAtWork('postgres-maintain', { url: server.url(), ...component }, { ...options, ...more })
    const targets = (actions: readonly Action[]): readonly string[] => actions.map(({ target }) => target)
    const named = (actions: readonly Action[], target: string): Action =>
      actions.find((one) => one.target === target) ?? assert.fail(`no action on ${target}`)
    /** The server counts changes soon after they are committed, not at once. */
    const counted = (sql: string): Promise<void> => until(admin, sql, 60_000)

    before(async () => {
      server = await startPostgres({ major, settings: { autovacuum: 'off', max_prepared_transactions: '2' } })
      admin = await connect(server.url())
      await admin.query(`
        create table orders (id int primary key, note text);
        create table tidy (id int primary key);
        create table "Mixed.Case" (id int);
        create table ${quotedHostile} (id int);
        create table events (id int, at date) partition by range (at);
        create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
        create extension if not exists postgres_fdw;
        create server elsewhere foreign data wrapper postgres_fdw;
        create foreign table far (id int) server elsewhere;
        create temporary table passing as select generate_series(1, 5000);
        insert into orders select n, repeat('x', 200) from generate_series(1, 5000) n;
        insert into tidy select generate_series(1, 5000);
        insert into "Mixed.Case" select generate_series(1, 5000);
        insert into ${quotedHostile} select generate_series(1, 5000);
        insert into events select n, '2026-05-05' from generate_series(1, 5000) n;
        create role app login password 'app'; grant select on orders, tidy to app`)
      await counted(`select 1 from pg_stat_user_tables where n_tup_ins >= 5000 having count(*) >= 5`)
      await admin.query('vacuum (analyze) tidy')
      await admin.query('vacuum (analyze) orders')
      await admin.query('delete from orders where id <= 4000')
      await counted(`select 1 from pg_stat_user_tables where relname = 'orders' and n_dead_tup >= 4000`)
      await counted(`select 1 from pg_stat_user_tables where relname = 'events_2026' and n_mod_since_analyze >= 5000`)
      await counted(`select 1 from pg_stat_user_tables where relname like 'x%' and n_mod_since_analyze >= 5000`)
    })
    after(async () => {
      await admin.end()
      await server.stop()
    })

    it('plans what passed its own trigger, the worst first, with the figures, and changes nothing', async () => {
      const at = task()
      const actions = await at.plan()
      assert.deepEqual(
        targets(actions).toSorted(),
        ['public.Mixed.Case', 'public.events', 'public.events_2026', 'public.orders', `public.${hostile}`].toSorted(),
      )
      assert.ok(actions.every(({ effect }) => effect === 'change'))
      assert.match(
        at.told(named(actions, 'public.orders').summary),
        /vacuum and analyze public.orders \(.*4,000 dead rows beside 1,000 live ones/,
      )
      const { rows } = await admin.query(
        `select 1 from pg_stat_user_tables where relname = 'orders' and vacuum_count > 1`,
      )
      assert.equal(rows.length, 0)
      assert.deepEqual(await at.plan(), actions)
      assert.equal((await task({ atMost: 2 }).plan()).length, 2)
    })

    it('does it, tells before and after, and has nothing to do the second time', async () => {
      const at = task()
      const actions = await at.plan()
      const order = named(actions, 'public.orders')
      const outcome = await at.execute(order)
      assert.ok(outcome.status === 'done' && outcome.changed && outcome.note)
      assert.match(at.told(outcome.note), /dead rows 4,000 → 0/)
      for (const action of actions.filter((one) => one !== order))
        assert.equal((await at.execute(action)).status, 'done')
      for (const action of actions) {
        const again = await at.execute(action)
        assert.ok(again.status === 'skipped' && again.reason.code === 'postgres.maintain-meanwhile', action.target)
      }
      assert.deepEqual(await at.plan(), [])
      assert.equal((await admin.query('select 1 from orders')).rows.length, 1000)
    })

    it('does the one table that is asked for, whatever it needs, and tells a name that is none or ambiguous', async () => {
      for (const table of ['tidy', 'public.tidy', 'public.Mixed.Case', 'Mixed.Case', hostile]) {
        const at = task({ table })
        const [action] = await at.plan()
        assert.ok(action, table)
        assert.equal((await at.execute(action)).status, 'done')
      }
      for (const table of ['nothing', 'Tidy', 'orders; drop table orders']) {
        const at = task({ table })
        assert.match(await at.refusal(at.plan()), /postgres.no-such-table/)
      }
      await admin.query('create schema other; create table other.tidy (id int)')
      const both = task({ table: 'tidy' })
      assert.match(await both.refusal(both.plan()), /2 tables are called tidy/)
    })

    it('leaves a table that somebody holds, that is gone, or that bears another name', async () => {
      await admin.query(`create table held as select generate_series(1, 5000) as id`)
      await admin.query(`create table dropped as select generate_series(1, 5000) as id`)
      await admin.query(`create table renamed as select generate_series(1, 5000) as id`)
      await counted(
        `select 1 from pg_stat_user_tables where relname in ('held', 'dropped', 'renamed') and n_mod_since_analyze >= 5000 having count(*) = 3`,
      )
      const at = task({}, { actingLockTimeout: '100ms' })
      const actions = await at.plan()
      const holder = await connect(server.url())
      try {
        await holder.query('begin; lock table held in share update exclusive mode')
        await admin.query('drop table dropped; alter table renamed rename to other_name; create table renamed (id int)')
        for (const [table, code] of [
          ['held', 'postgres.maintain-locked'],
          ['dropped', 'postgres.maintain-gone'],
          ['renamed', 'postgres.maintain-gone'],
        ] as const) {
          const outcome = await at.execute(named(actions, `public.${table}`))
          assert.ok(outcome.status === 'skipped', table)
          assert.equal(outcome.reason.code, code)
        }
      } finally {
        await holder.end()
      }
      assert.equal((await at.execute(named(actions, 'public.held'))).status, 'done')
    })

    it('tells that dead rows had to stay, when an old transaction still needs them', async () => {
      await admin.query('create table seen as select generate_series(1, 5000) as id')
      await admin.query('vacuum (analyze) seen')
      const reader = await connect(server.url(), 'reader')
      try {
        await reader.query('begin isolation level repeatable read; select count(*) from seen')
        await admin.query('delete from seen')
        await counted(`select 1 from pg_stat_user_tables where relname = 'seen' and n_dead_tup >= 5000`)
        const at = task()
        const outcome = await at.execute(named(await at.plan(), 'public.seen'))
        assert.ok(outcome.status === 'done' && outcome.note)
        assert.match(at.told(outcome.note), /dead rows 5,000 → 5,000, .*old transaction/)
      } finally {
        await reader.end()
      }
      await admin.query('drop table seen')
    })

    it('freezes a table that nears its limit, and says how near', async () => {
      await admin.query(`create table old as select generate_series(1, 500) as id`)
      await admin.query('vacuum (analyze) old')
      await admin.query('alter table old set (autovacuum_freeze_max_age = 100000)')
      await admin.query(
        `do $$ begin for i in 1..100100 loop perform 1; insert into tidy values (-i); rollback; end loop; end $$`,
      )
      const at = task()
      const [first] = await at.plan()
      assert.equal(first?.target, 'public.old')
      assert.match(at.told(first?.summary), /100\.\d% of the way to a forced freeze/)
      assert.ok(first)
      assert.equal((await at.execute(first)).status, 'done')
      assert.ok(!targets(await at.plan()).includes('public.old'))
      assert.ok(
        Number((await admin.query(`select age(relfrozenxid) as age from pg_class where relname = 'old'`)).rows[0].age) <
          100,
      )
    })

    it('says which grant a role lacks, and does what it may', async () => {
      await admin.query(`create table theirs as select generate_series(1, 5000) as id`)
      await counted(`select 1 from pg_stat_user_tables where relname = 'theirs' and n_mod_since_analyze >= 5000`)
      const asApp = { actingUrl: server.url('postgres', 'app', 'app') }
      await admin.query('grant pg_monitor to app')
      const at = task({}, asApp)
      assert.match(
        await at.refusal(at.plan()),
        major >= 17 ? /may-nothing[\s\S]*GRANT pg_maintain TO "app";/ : /may-nothing[\s\S]*as actingUrl/,
      )
      const one = task({ table: 'theirs' }, asApp)
      assert.match(
        await one.refusal(one.plan()),
        major >= 17 ? /GRANT MAINTAIN ON "public"."theirs" TO "app";/ : /actingUrl/,
      )
      await admin.query(major >= 17 ? 'grant maintain on theirs to app' : 'alter table theirs owner to app')
      const action = named(await at.plan(), 'public.theirs')
      await admin.query(major >= 17 ? 'revoke maintain on theirs from app' : 'alter table theirs owner to postgres')
      const denied = await at.execute(action)
      assert.ok(denied.status === 'skipped' && denied.reason.code === 'postgres.maintain-denied')
      await admin.query(major >= 17 ? 'grant maintain on theirs to app' : 'alter table theirs owner to app')
      assert.equal((await at.execute(action)).status, 'done')
    })

    it('shows how far it has come, and keeps the phases as evidence', async () => {
      await admin.query(
        `create table long as select n as id, repeat('y', 400) as note from generate_series(1, 40000) n`,
      )
      const ratios: number[] = []
      const ctx = testContext({ timeoutMs: 60_000, progress: (ratio) => void ratios.push(ratio) })
      const at = taskAtWork('postgres-maintain', { url: server.url() }, { table: 'long', costLimit: 1 }, ctx)
      const [action] = await at.plan()
      assert.ok(action)
      // Slow enough to be looked at: it rests after each page.
      const refused = at.refusal(at.execute(action))
      await seen(ratios)
      await admin.query(`select pg_cancel_backend(pid) from pg_stat_progress_vacuum`)
      assert.match(await refused, /postgres.refused canceled/)
      await ctx.close()
      assert.match(JSON.stringify(ctx.evidence), /progress of session \d+.*scanning heap/)
      assert.ok(ratios.every((ratio) => ratio >= 0 && ratio <= 1))
    })

    it('does nothing blind: without counts, or when the server is busy', async () => {
      const deaf = task({}, { url: `${server.url()}?options=-c%20track_counts%3Doff` })
      assert.match(await deaf.refusal(deaf.plan()), /postgres.not-counted/)
      await admin.query(`create table busy as select generate_series(1, 5000) as id`)
      await counted(`select 1 from pg_stat_user_tables where relname = 'busy' and n_mod_since_analyze >= 5000`)
      const [worker, other] = [await connect(server.url()), await connect(server.url())]
      const work = [worker, other].map((one) => one.query('select pg_sleep(600)').catch(() => undefined))
      await until(admin, `select 1 from pg_stat_activity where wait_event = 'PgSleep' having count(*) = 2`, 60_000)
      const at = task({}, { limits: { activeSessions: 1, patience: 0 } })
      const action = named(await at.plan(), 'public.busy')
      assert.match(await at.refusal(at.execute(action)), /postgres.no-room load/)
      await admin.query(`select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`)
      await Promise.all(work)
      for (const one of [worker, other]) await one.end()
    })
  })
}

async function seen(ratios: readonly number[]): Promise<void> {
  const deadline = performance.now() + 60_000
  while (ratios.length === 0) {
    if (performance.now() > deadline) throw new Error('no progress was told')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
