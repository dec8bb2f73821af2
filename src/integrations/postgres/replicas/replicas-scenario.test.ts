import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import { startStandby } from '../../../../test/support/postgres-standby.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

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

describe('transaction ids that a replica holds back', () => {
  const limits = { warn: 0.000_000_001, fail: 0.9 }
  const feedback = { hot_standby_feedback: 'on', wal_receiver_status_interval: '1' }
  for (const major of [15, 18]) {
    it(`are freed on the replica; its slot is to be dropped only when none needs it any more, on PostgreSQL ${major}`, async () => {
      const primary = await startPostgres({ major })
      const client = await connect(primary.url())
      const holding = async (settings: Readonly<Record<string, string>>, judge: (texts: string) => Promise<void>) => {
        const standby = await startStandby(primary, 'reports', settings)
        try {
          const reader = await connect(standby.url(), 'reader')
          await reader.query('begin isolation level repeatable read; select count(*) from pg_class')
          for (let used = 0; used < 1000; used++) await client.query('select txid_current()')
          await until(
            client,
            'select 1 from pg_stat_replication r left join pg_replication_slots s on s.active_pid = r.pid where age(coalesce(r.backend_xmin, s.xmin)) > 900',
          )
          await judge((await lookAt('postgres-transaction-id-age', primary.url(), limits)).texts)
          await reader.end()
        } finally {
          await standby.stop()
        }
      }
      const freedThere = async (texts: string): Promise<void> => {
        assert.match(texts, /End there what has been open for long/)
        assert.doesNotMatch(texts, /pg_drop_replication_slot|pg_terminate_backend/)
        const question = /SELECT r\.application_name.*;/.exec(texts)?.[0] ?? 'select no_remedy()'
        assert.equal((await client.query(question)).rows[0]?.application_name, 'reports')
      }
      try {
        await holding(feedback, async (texts) => {
          assert.match(texts, /held back by the replica reports/)
          await freedThere(texts)
        })
        await client.query('vacuum (freeze)')
        await client.query("select pg_create_physical_replication_slot('reports_slot')")
        await holding({ ...feedback, primary_slot_name: 'reports_slot' }, async (texts) => {
          assert.match(texts, /held back by the replication slot in use reports_slot/)
          await freedThere(texts)
        })
        await until(client, 'select 1 from pg_replication_slots where not active and xmin is not null')
        const { texts } = await lookAt('postgres-transaction-id-age', primary.url(), limits)
        assert.match(texts, /held back by the replication slot reports_slot/)
        assert.match(texts, /slot\('reports_slot'\); {3}-- only when no replica needs it any more/)
        assert.match(texts, /-- seulement si plus aucun réplica n'en a besoin/)
        await client.query(/SELECT pg_drop_replication_slot.*;/.exec(texts)?.[0] ?? 'select no_remedy()')
      } finally {
        await client.end()
        await primary.stop()
      }
    })
  }
})
