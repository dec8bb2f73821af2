import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, kindsByDefault, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import { caughtUp, startStandby } from '../../../../test/support/postgres-standby.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

/** What vacuum, its statistics and the making of indexes are about is known on the primary alone. */
const primaryOnly = [
  'postgres-bloat',
  'postgres-autovacuum',
  ...['postgres-vacuum', 'postgres-dead-tuples'],
  ...['unused', 'duplicate', 'overlapping', 'invalid', 'missing-foreign-key', 'dropped'].map(
    (what) => `postgres-${what}-index`,
  ),
]

/** They want to have counted for a while. */
const youngStatistics: readonly string[] = ['postgres-unused-index', 'postgres-sequential-scans']

/** There is nothing of the kind, and a default of before 18. */
const others: Readonly<Record<string, (major: number) => string>> = {
  'postgres-checksums': (major) => (major < 18 ? 'warn' : 'pass'),
  'postgres-sequences': () => 'skipped',
  'postgres-archiver': () => 'skipped',
  'postgres-statements': () => 'skipped',
}

describe('a standby', () => {
  for (const major of [15, 18]) {
    describe(`of PostgreSQL ${major}`, () => {
      let primary: PostgresServer
      let standby: PostgresServer
      let client: Client
      before(async () => {
        primary = await startPostgres({ major })
        client = await connect(primary.url())
        await client.query(`
          create table clients (id int primary key, email text, city text);
          insert into clients select n, 'c' || n, 'city' || n % 5 from generate_series(1, 20000) n;
          create index clients_email_idx on clients (email);
          create index clients_email_again_idx on clients (email);
          analyze clients;
          delete from clients where id > 100;
          create role plain login password 'plain-word'`)
        standby = await startStandby(primary)
      })
      after(async () => {
        await client?.end()
        await standby?.stop()
        await primary?.stop()
      })

      it('is asked what can be told there; of the rest its primary is named as the one to ask, and nothing passes', async () => {
        for (const kind of kindsByDefault()) {
          const options = youngStatistics.includes(kind) ? { minStatisticsAge: 0 } : {}
          const { verdict, texts } = await lookAt(kind, standby.url(), options)
          const expected = primaryOnly.includes(kind) ? 'skipped' : (others[kind]?.(major) ?? 'pass')
          assert.equal(verdict.status, expected, `${kind}: ${texts}`)
          if (verdict.status !== 'skipped' || !primaryOnly.includes(kind)) continue
          assert.equal(verdict.because, 'by-design')
          assert.match(texts, /ce serveur est un secondaire\s: seul son primaire peut le dire/)
          assert.match(texts, /only its primary can tell/)
          assert.match(texts, /Give the url of the primary/)
        }
      })

      it('leaves the same open when a plain role asks', async () => {
        for (const kind of primaryOnly) {
          const { verdict } = await lookAt(kind, standby.url('postgres', 'plain', 'plain-word'))
          assert.equal(verdict.status, 'skipped', kind)
        }
      })

      it('is asked of its transaction ids, and what is to be done stands on the primary unless the standby holds them', async () => {
        const limits = { warn: 0.000_000_001, fail: 0.9 }
        const reader = await connect(standby.url(), 'reader')
        await reader.query('begin isolation level repeatable read; select count(*) from clients')
        for (let used = 0; used < 500; used++) await client.query('select txid_current()')
        await caughtUp(primary, standby)
        const alone = await lookAt('postgres-transaction-id-age', standby.url(), limits)
        assert.equal(alone.verdict.status, 'warn')
        assert.match(alone.texts, /On the primary: look there .* VACUUM \(FREEZE\);/)
        assert.doesNotMatch(alone.texts, /held back by|pg_terminate_backend/)
        const admin = await connect(standby.url())
        await admin.query('alter system set hot_standby_feedback = on')
        await admin.query('select pg_reload_conf()')
        await until(admin, "select 1 from pg_settings where name = 'hot_standby_feedback' and setting = 'on'")
        const { rows } = await reader.query('select pg_backend_pid() as pid')
        const holding = await lookAt('postgres-transaction-id-age', standby.url(), limits)
        assert.match(holding.texts, new RegExp(`held back by the session with pid ${rows[0].pid}`))
        await reader.end()
        await admin.query('alter system reset hot_standby_feedback')
        await admin.query('select pg_reload_conf()')
        await admin.end()
      })

      it('whose readers wait for a lock of the primary tells so, and to end no process of the standby', async () => {
        const [reader, watcher] = [await connect(standby.url(), 'reader'), await connect(standby.url())]
        await client.query('begin; lock table clients in access exclusive mode')
        try {
          await caughtUp(primary, standby)
          const waiting = reader.query('select count(*) from clients').catch(() => undefined)
          await until(
            watcher,
            "select 1 from pg_stat_activity where application_name = 'reader' and wait_event_type = 'Lock' and clock_timestamp() - query_start > interval '100 ms'",
          )
          const { verdict, subjects, texts } = await lookAt('postgres-blocking', standby.url(), { longerThan: '50ms' })
          assert.equal(verdict.status, 'fail')
          assert.deepEqual(subjects, ['replay'])
          assert.match(texts, /an exclusive lock of the primary holds up 1 session/)
          assert.match(texts, /End on the primary the transaction that holds it/)
          assert.doesNotMatch(texts, /pg_(?:cancel|terminate)_backend/)
          const locks = /SELECT pid, relation.*;/.exec(texts)?.[0] ?? 'select no_remedy()'
          const held = await client.query(locks)
          assert.ok(held.rows.some(({ relation }) => relation === 'clients'))
          await client.query('rollback')
          await waiting
        } finally {
          await client.query('rollback')
          for (const one of [reader, watcher]) await one.end()
        }
      })
    })
  }
})
