import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { countOf, retention, ruleOf } from '../../../../test/support/retention.ts'

const waitMs = 60_000

for (const major of [15, 18]) {
  describe(`partitions that an archive has emptied, on PostgreSQL ${major}`, () => {
    it('are dropped in the order of locks that the application takes: it never becomes the victim of a deadlock', async (t) => {
      const server = await startPostgres({ major, settings: { deadlock_timeout: '100ms' } })
      const [client, writer] = [await connect(server.url()), await connect(server.url(), 'app')]
      t.after(async () => {
        for (const one of [client, writer]) await one.end()
        await server.stop()
      })
      await client.query(`
        create table rides (id int, at date, primary key (id, at)) partition by range (at);
        create table rides_old partition of rides for values from ('2020-01-01') to ('2021-01-01');
        create table rides_new partition of rides for values from ('2021-01-01') to ('2100-01-01');
        insert into rides select n, '2020-02-02' from generate_series(1, 100) n`)
      const rule = { table: 'rides', age: 'at', keep: '180d' }
      const task = retention(
        server.url(),
        { rides: ruleOf(rule, { archive: 'rides_archive' }) },
        { actingLockTimeout: '30s' },
      )
      const [action] = await task.plan()
      assert.ok(action)
      // It writes into a young partition now, and then, in the same transaction, a late row into the old one.
      await writer.query(`begin; insert into rides values (1000, current_date)`)
      const work = task.execute(action)
      const waits = `select 1 from pg_stat_activity where application_name = 'vigie' and wait_event_type = 'Lock'
        and clock_timestamp() - query_start > interval '500 ms'`
      await until(client, waits, waitMs)
      await writer.query(`insert into rides values (1001, '2020-03-03')`)
      await writer.query('commit')
      assert.equal((await work).status, 'done')
      assert.equal(await countOf(client, 'rides_old'), 1)
      assert.equal(await countOf(client, 'rides_archive'), 100)
      // The late row goes with the next run, and then the partition.
      await task.run()
      assert.equal(await countOf(client, 'rides_archive'), 101)
      assert.equal(await countOf(client, `pg_class where relname = 'rides_old'`), 0)
      assert.equal(await countOf(client, 'rides'), 1)
    })
  })
}
