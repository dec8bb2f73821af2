import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../test/support/postgres-checks.ts'
import { startStandby } from '../../../test/support/postgres-standby.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'

const kind = 'postgres-unused-index'
const now = { minStatisticsAge: 0 }

describe('an index that only a replica reads', () => {
  for (const major of [15, 18]) {
    describe(`on PostgreSQL ${major}`, () => {
      let primary: PostgresServer
      let client: Client
      before(async () => {
        primary = await startPostgres({ major, settings: { wal_level: 'logical' } })
        client = await connect(primary.url())
        await client.query(`
          create table clients (id int primary key, email text);
          insert into clients select n, 'c' || n from generate_series(1, 5000) n;
          create index "Clients' email" on clients (email);
          create role plain login password 'plain-word';
          analyze clients`)
      })
      after(async () => {
        await client.end()
        await primary.stop()
      })

      it('is not called unused while there are replicas: they are named, and the one to ask is each of them', async () => {
        const alone = await lookAt(kind, primary.url(), now)
        assert.deepEqual([alone.subjects, alone.findings[0]?.severity], [["public.Clients' email"], 'medium'])
        assert.match(alone.texts, /DROP INDEX CONCURRENTLY/)
        const standby = await startStandby(primary, 'reports')
        try {
          const reader = await connect(standby.url())
          await reader.query('set enable_seqscan = off; set enable_bitmapscan = off')
          await reader.query("select id from clients where email = 'c7'")
          await reader.end()
          for (const url of [primary.url(), primary.url('postgres', 'plain', 'plain-word')]) {
            const { subjects, findings, texts, verdict } = await lookAt(kind, url, now)
            assert.deepEqual([subjects, findings[0]?.severity], [["public.Clients' email"], 'low'])
            assert.match(texts, /what its replica reads is not counted here \(reports\)/)
            assert.match(texts, /ce que lit son réplica n'est pas compté ici \(reports\)/)
            assert.doesNotMatch(texts, /DROP/)
            assert.ok('measurements' in verdict && verdict.measurements?.['replicas'] === 1)
          }
          const { texts } = await lookAt(kind, primary.url(), now)
          const question = /SELECT idx_scan .*;/.exec(texts)?.[0] ?? 'select no_remedy()'
          const there = await connect(standby.url())
          await until(there, `select 1 from (${question.slice(0, -1)}) asked where idx_scan > 0`)
          await there.end()
        } finally {
          await standby.stop()
        }
      })

      it('is not called unused while a replica is away for which a slot is kept, or that an earlier look saw', async () => {
        await until(client, 'select 1 from pg_stat_replication having count(*) = 0')
        await client.query("select pg_create_physical_replication_slot('reports_slot')")
        const kept = await lookAt(kind, primary.url(), now)
        assert.match(kept.texts, /is not counted here \(reports_slot\)/)
        await client.query("select pg_drop_replication_slot('reports_slot')")
        const points = { replicas: [{ at: new Date(0), value: 2 }] }
        const seen = await lookAt(kind, primary.url(), now, points)
        assert.match(seen.texts, /what its 2 replicas read is not counted here$/m)
        assert.doesNotMatch(kept.texts + seen.texts, /DROP/)
        const gone = await lookAt(kind, primary.url(), now, { replicas: [{ at: new Date(0), value: 0 }] })
        assert.match(gone.texts, /DROP INDEX CONCURRENTLY/)
      })

      it('is called unused beside a mere subscriber, whose indexes are its own', async () => {
        const { username, password } = new URL(primary.url())
        const source = `host=127.0.0.1 port=${primary.port} user=${username} password=${password} dbname=postgres`
        await client.query('create publication changes for all tables')
        await client.query('create database subscriber')
        await client.query("select pg_create_logical_replication_slot('changes', 'pgoutput')")
        const subscriber = await connect(primary.url('subscriber'))
        await subscriber.query('create table clients (id int primary key, email text)')
        await subscriber.query(
          `create subscription changes connection '${source}' publication changes with (create_slot = false, copy_data = false, slot_name = 'changes')`,
        )
        await until(client, "select 1 from pg_stat_replication where state = 'streaming'")
        try {
          const { texts } = await lookAt(kind, primary.url(), now)
          assert.match(texts, /DROP INDEX CONCURRENTLY/)
        } finally {
          await subscriber.query('drop subscription changes')
          await subscriber.end()
        }
      })
    })
  }
})
