import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg, { type Client } from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { caughtUp, startStandby } from '../../../../test/support/postgres-standby.ts'
import { type TaskAtWork, taskAtWork } from '../../../../test/support/postgres-tasks.ts'
import { countOf, refusalOf, retention, ruleOf } from '../../../../test/support/retention.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

const waitMs = 60_000
const lag = `select 1 from pg_stat_replication where replay_lag > interval '1500 ms'`
const noLag = `select 1 from pg_stat_replication where coalesce(replay_lag, '0') < interval '500 ms'`
const isOld = `at < now() - interval '190 days'`

for (const major of [15, 18]) {
  describe(`work beside a replica that falls behind, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let standby: PostgresServer
    let admin: Client
    let replica: Client
    const limits = { replicationLag: '1s', patience: '1s' }
    const rebuilding = (more: object = {}): TaskAtWork =>
      taskAtWork(
        'postgres-reindex',
        { url: server.url(), limits: { ...limits, ...more } },
        { index: 'orders_pkey', keepFree: 0 },
      )
    const indexOid = async (): Promise<number> =>
      (await admin.query<{ oid: number }>(`select 'orders_pkey'::regclass::oid as oid`)).rows[0]?.oid ?? 0
    const invalid = (): Promise<number> => countOf(admin, 'pg_index where not indisvalid')
    const fallBehind = async (): Promise<void> => {
      await replica.query('select pg_wal_replay_pause()')
      await admin.query('insert into noise select generate_series(1, 1000)')
      await until(admin, lag, waitMs)
    }
    const catchUp = async (): Promise<void> => {
      await replica.query('select pg_wal_replay_resume()')
      await caughtUp(server, standby)
      await until(admin, noLag, waitMs)
    }

    before(async () => {
      server = await startPostgres({ major, settings: { autovacuum: 'off' } })
      admin = await connect(server.url())
      await admin.query(`
        create table noise (n int);
        create table orders (id int primary key); insert into orders select generate_series(1, 20000);
        delete from orders where id % 10 <> 0;
        create table events (id int primary key, at timestamptz not null, note text);
        insert into events select n, now() - interval '200 days', 'n' || n from generate_series(1, 6000) n;
        insert into events select n, now(), 'young' from generate_series(6001, 6100) n`)
      standby = await startStandby(server, 'replica', { wal_receiver_status_interval: '1s' })
      replica = await connect(standby.url())
    })
    after(async () => {
      await replica.end()
      await admin.end()
      await standby.stop()
      await server.stop()
    })

    it('does not begin to rebuild an index, says which limit stopped it, and begins as soon as there is room', async () => {
      const [action] = await rebuilding().plan()
      assert.ok(action)
      const before = await indexOid()
      await fallBehind()
      const impatient = rebuilding()
      assert.match(
        await impatient.refusal(impatient.execute(action)),
        /^action-refused postgres.no-room lag\n[\s\S]*stopped: a replica is .* behind, the limit is 1\ss/,
      )
      assert.deepEqual([await indexOid(), await invalid()], [before, 0])
      const work = rebuilding({ patience: '2m' }).execute(action)
      // It asks every second, and nothing has been begun.
      await until(
        admin,
        `select 1 from pg_stat_activity where application_name = 'vigie' and query like '%pg_stat_replication%'
         and clock_timestamp() - backend_start > interval '3 s'`,
        waitMs,
      )
      assert.deepEqual([await indexOid(), await invalid()], [before, 0])
      await catchUp()
      assert.equal((await work).status, 'done')
      assert.notEqual(await indexOid(), before)
      assert.equal(await invalid(), 0)
    })

    it('is not stopped by who keeps the WAL and replays none of it, as pg_receivewal and Barman do', async () => {
      // The types of pg know neither the mode nor the messages of replication.
      const asKeeper = { connectionString: server.url(), replication: 'true', application_name: 'keeper' }
      const keeper = new pg.Client(asKeeper)
      keeper.on('error', () => undefined)
      await keeper.connect()
      const { rows } = await admin.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn')
      keeper.query(`START_REPLICATION PHYSICAL ${rows[0]?.lsn}`).catch(() => undefined)
      // "Standby status update" of the replication protocol, which tells of nothing written, flushed or applied.
      const status = Buffer.alloc(34)
      status.write('r')
      const connection = Object(Reflect.get(keeper, 'connection'))
      const telling = setInterval(() => connection.sendCopyFromChunk(status), 100)
      try {
        await until(admin, `select 1 from pg_stat_replication where application_name = 'keeper'`, waitMs)
        await admin.query('insert into noise select generate_series(1, 1000)')
        await until(admin, `${lag} and application_name = 'keeper'`, waitMs)
        const [action] = await rebuilding().plan()
        assert.equal((await rebuilding({ patience: 0 }).execute(action ?? assert.fail())).status, 'done')
      } finally {
        clearInterval(telling)
        await keeper.end()
      }
    })

    it('stops between two batches of retention, loses and doubles no row, and goes on with the next run', async () => {
      const rules = {
        events: ruleOf({ table: 'events', age: 'at', keep: '190d', batch: 20, pause: 2 }, { archive: 'kept' }),
      }
      const task = retention(server.url(), rules, { limits })
      const start = await admin.query('select * from events order by id')
      const [action] = await task.plan()
      assert.ok(action)
      const work = refusalOf(task.execute(action))
      await until(admin, `select 1 where to_regclass('kept') is not null`, waitMs)
      await until(admin, 'select 1 from kept having count(*) > 40', waitMs)
      await replica.query('select pg_wal_replay_pause()')
      assert.match(await work, /^stopped: a replica is .* behind, the limit is 1\ss[\s\S]*What was done stays done/m)
      const [moved, left] = [await countOf(admin, 'kept'), await countOf(admin, `events where ${isOld}`)]
      assert.ok(moved > 0 && left > 0, `${moved} moved, ${left} left`)
      const all = 'select * from events union all select * from kept order by id'
      assert.deepEqual((await admin.query(all)).rows, start.rows)
      // A run while the replica is still behind moves nothing.
      const [again] = await task.plan()
      assert.ok(again)
      assert.match(await refusalOf(task.execute(again)), /a replica is .* behind/)
      assert.equal(await countOf(admin, 'kept'), moved)
      await catchUp()
      const [outcome] = await retention(server.url(), rules).run()
      assert.equal(outcome?.status === 'done' && outcome.note?.params['done'], left)
      assert.equal(await countOf(admin, `events where ${isOld}`), 0)
      assert.deepEqual((await admin.query(all)).rows, start.rows)
      await caughtUp(server, standby)
      assert.deepEqual((await replica.query(all)).rows, start.rows)
    })
  })
}
