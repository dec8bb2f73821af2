import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { taskAtWork } from '../../../../test/support/postgres-tasks.ts'
import { countOf } from '../../../../test/support/retention.ts'

for (const major of [15, 18]) {
  describe(`an index that is dropped while others work, on PostgreSQL ${major}`, () => {
    it('is left to who renames it, and told as begun when an old transaction is in the way; the next run ends it', async (t) => {
      const server = await startPostgres({ major })
      const [client, other] = [await connect(server.url()), await connect(server.url(), 'other')]
      t.after(async () => {
        for (const one of [client, other]) await one.end()
        await server.stop()
      })
      await client.query(`
        create table orders (id int primary key, at date); insert into orders select n from generate_series(1, 100) n;
        create index orders_a on orders (at); create index orders_b on orders (at)`)
      const limits = { limits: { patience: '300ms' }, actingLockTimeout: '300ms' }
      const task = taskAtWork('postgres-drop-index', { url: server.url(), ...limits }, { index: 'orders_b' })
      const [action] = await task.plan()
      assert.ok(action)

      await other.query('begin; alter index orders_b rename to orders_c')
      const left = await task.execute(action)
      assert.ok(left.status === 'skipped' && left.reason.params['why'] === 'changing', JSON.stringify(left))
      await other.query('rollback')

      await other.query('begin; select count(*) from orders')
      assert.match(await task.refusal(task.execute(action)), /postgres.index-refused half-dropped/)
      assert.equal(await countOf(client, `pg_index where indexrelid = 'orders_b'::regclass and not indisvalid`), 1)
      await other.query('rollback')

      const [again] = await task.plan()
      assert.equal((await task.execute(again ?? assert.fail())).status, 'done')
      assert.equal(await countOf(client, `pg_class where relname = 'orders_b'`), 0)
      await task.ctx.close()
    })
  })
}
