import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { caughtUp, startStandby } from '../../../../test/support/postgres-standby.ts'
import { countOf, refusalOf, retention, ruleOf } from '../../../../test/support/retention.ts'

const waitMs = 60_000
const batch = 20
const all = 'select * from events union all select * from kept order by id'
const isOld = `at < now() - interval '190 days'`

for (const major of [15, 18]) {
  describe(`a failover in the middle of retention, on PostgreSQL ${major}`, () => {
    it('loses and doubles no row: what the standby did not get is still in the table, and the next run goes on there', async (t) => {
      const server = await startPostgres({ major })
      const standby = await startStandby(server)
      t.after(async () => {
        await standby.stop()
        await server.stop()
      })
      const [admin, promoted] = [await connect(server.url()), await connect(standby.url())]
      t.after(() => Promise.all([admin.end(), promoted.end()]))
      await admin.query(`
        create table events (id int primary key, at timestamptz not null, note text);
        insert into events select n, now() - interval '200 days', 'n' || n from generate_series(1, 6000) n;
        insert into events select n, now(), null from generate_series(6001, 6100) n`)
      const start = (await admin.query('select * from events order by id')).rows
      const old = await countOf(admin, `events where ${isOld}`)
      const rule = { table: 'events', age: 'at', keep: '190d', batch, pause: 2 }
      const rules = { events: ruleOf(rule, { archive: 'kept' }) }
      await caughtUp(server, standby)

      const task = retention(server.url(), rules)
      const [action] = await task.plan()
      assert.ok(action)
      const work = refusalOf(task.execute(action))
      await until(admin, `select 1 where to_regclass('kept') is not null`, waitMs)
      await until(admin, `select 1 from kept having count(*) > ${3 * batch}`, waitMs)
      await caughtUp(server, standby)
      // What is committed from here on the standby never gets.
      const { rows } = await admin.query<{ postmaster: number; sender: number }>(
        `select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int as postmaster,
                (select pid from pg_stat_replication) as sender`,
      )
      const { postmaster, sender } = rows[0] ?? assert.fail()
      process.kill(sender, 'SIGSTOP')
      const sent = await countOf(admin, 'kept')
      await until(admin, `select 1 from kept having count(*) > ${sent + 3 * batch}`, waitMs)
      const onPrimary = await countOf(admin, 'kept')
      process.kill(postmaster, 'SIGKILL')
      process.kill(sender, 'SIGKILL')
      assert.match(await work, /the connection was cut in the middle[\s\S]*Then run it again/)

      const after = retention(standby.url(), rules)
      assert.match(await after.refusal(), /this server is a standby/)
      await promoted.query('select pg_promote(true, 60)')
      await until(promoted, 'select 1 where not pg_is_in_recovery()', waitMs)
      const onStandby = await countOf(promoted, 'kept')
      assert.ok(onStandby > 0 && onStandby < onPrimary, `${onStandby} of ${onPrimary}`)
      assert.deepEqual((await promoted.query(all)).rows, start)

      const [outcome] = await after.run()
      assert.equal(outcome?.status === 'done' && outcome.note?.params['done'], old - onStandby)
      assert.equal(await countOf(promoted, `events where ${isOld}`), 0)
      assert.equal(await countOf(promoted, 'kept'), old)
      assert.deepEqual((await promoted.query(all)).rows, start)
      assert.deepEqual(await after.plan(), [])
    })
  })
}
