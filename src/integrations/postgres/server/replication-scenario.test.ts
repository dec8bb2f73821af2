import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { aComponent, type KeptSnapshots, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { checkOf, connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import { caughtUp, startStandby } from '../../../../test/support/postgres-standby.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'

for (const major of [15, 18]) {
  describe(`replication of PostgreSQL ${major}`, () => {
    let primary: PostgresServer
    let standby: PostgresServer
    let client: Client
    /** What earlier looks at the primary kept. */
    const kept: KeptSnapshots = new Map()
    const look = async (options: object = {}) => {
      const check = checkOf('postgres-replication')
      const ctx = testContext({ snapshots: kept })
      try {
        const given = check.options.parse(options)
        const component = aComponent(postgresOptions.parse({ url: primary.url() }))
        const verdict = check.judge(await check.probe(component, given, ctx), given)
        const findings = 'findings' in verdict ? (verdict.findings ?? []) : []
        return { verdict, told: findings.map(({ subject, severity }) => `${subject} ${severity}`) }
      } finally {
        await ctx.close()
      }
    }
    before(async () => {
      primary = await startPostgres({ major })
      client = await connect(primary.url())
      await client.query("create table stock (id int primary key); create role plain login password 'plain-word'")
    })
    after(async () => {
      await client.end()
      await standby?.stop()
      await primary.stop()
    })

    it('is no question of a server that sends nothing and never did', async () => {
      assert.equal((await look()).verdict.status, 'skipped')
      assert.deepEqual((await look({ standbys: ['r1'] })).told, ['gone:r1 high'])
    })

    it('keeps up on both sides while it streams, and what the role may not see is left open', async () => {
      standby = await startStandby(primary, 'r1')
      await client.query('insert into stock select generate_series(1, 1000)')
      await caughtUp(primary, standby)
      const { verdict } = await look({ standbys: ['r1'] })
      assert.equal(verdict.status, 'pass', JSON.stringify(verdict))
      const there = await lookAt('postgres-replication', standby.url())
      assert.equal(there.verdict.status, 'pass', there.texts)
      await caughtUp(primary, standby)
      for (const server of [primary, standby]) {
        const blind = await lookAt('postgres-replication', server.url('postgres', 'plain', 'plain-word'))
        assert.equal(blind.verdict.status, 'error', blind.texts)
        assert.match(blind.texts, /GRANT pg_monitor TO "plain";/)
      }
    })

    it('is behind by bytes when the replay is paused, and both sides tell', async () => {
      const there = await connect(standby.url())
      try {
        await there.query('select pg_wal_replay_pause()')
        await client.query('insert into stock select generate_series(1001, 30000)')
        await until(
          client,
          `select 1 from pg_stat_replication where application_name = 'r1'
           and pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > 500000 and flush_lsn = pg_current_wal_lsn()`,
          60_000,
        )
        const late = await look({ warnBytes: 500_000 })
        assert.deepEqual(late.told, ['receiver:r1 medium'])
        assert.deepEqual((await look({ failBytes: 500_000 })).told, ['receiver:r1 high'])
        await until(
          there,
          'select 1 where pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) > 500000',
          60_000,
        )
        const own = await lookAt('postgres-replication', standby.url(), { failBytes: 500_000 })
        assert.deepEqual(own.subjects, ['replay', 'standby'])
        assert.equal(own.verdict.status, 'fail')
        assert.match(own.texts, /SELECT pg_wal_replay_resume\(\);/)
        const old = await lookAt('postgres-replication', standby.url(), { failLag: '1ms' })
        assert.equal(old.verdict.status, 'fail', 'what is not replayed has an age')
      } finally {
        await there.query('select pg_wal_replay_resume()')
        await there.end()
      }
      await caughtUp(primary, standby)
    })

    it('misses a standby that was seen before, and the standby a primary that is gone', async () => {
      assert.equal((await look()).verdict.status, 'pass')
      const there = await connect(standby.url())
      await there.query(`alter system set primary_conninfo = 'host=127.0.0.1 port=1 application_name=r1'`)
      await there.query('select pg_reload_conf()')
      await until(there, 'select 1 where not exists (select from pg_stat_wal_receiver)', 60_000)
      await until(
        client,
        "select 1 where not exists (select from pg_stat_replication where application_name = 'r1')",
        60_000,
      )
      assert.deepEqual((await look()).told, ['gone:r1 high'])
      const own = await lookAt('postgres-replication', standby.url())
      assert.deepEqual(own.subjects, ['standby'])
      assert.match(own.texts, /this standby gets nothing from its primary/)
      await there.query('alter system reset primary_conninfo')
      await there.query('select pg_reload_conf()')
      await there.end()
    })

    it('tells what a slot keeps that nobody uses, and one that has lost it', async () => {
      await client.query(`select pg_create_physical_replication_slot('left_behind', true)`)
      await client.query(`select pg_create_physical_replication_slot('not_yet', false)`)
      await client.query('insert into stock select generate_series(30001, 60000)')
      const few = await look({ standbys: [] })
      assert.deepEqual(few.told, ['slot:left_behind medium'])
      assert.deepEqual((await look({ standbys: [], failBytes: 1000 })).told, ['slot:left_behind high'])
      await client.query("alter system set max_slot_wal_keep_size = '1MB'")
      await client.query('select pg_reload_conf()')
      await until(client, "select 1 from pg_settings where name = 'max_slot_wal_keep_size' and setting = '1'", 60_000)
      for (let file = 0; file < 4; file++) {
        await client.query("select pg_logical_emit_message(true, 'vigie', 'x')")
        await client.query('select pg_switch_wal()')
      }
      await client.query('checkpoint')
      await until(
        client,
        "select 1 from pg_replication_slots where slot_name = 'left_behind' and wal_status = 'lost'",
        60_000,
      )
      const lost = await lookAt('postgres-replication', primary.url(), { standbys: [] })
      assert.deepEqual(lost.subjects, ['slot:left_behind'])
      assert.match(lost.texts, /has lost the WAL that it kept/)
      await client.query(/SELECT pg_drop_replication_slot\('left_behind'\);/.exec(lost.texts)?.[0] ?? '')
      assert.equal((await lookAt('postgres-replication', primary.url(), { standbys: [] })).verdict.status, 'pass')
    })
  })
}
