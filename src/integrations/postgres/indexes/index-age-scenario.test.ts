import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import { caughtUp, startStandby } from '../../../../test/support/postgres-standby.ts'
import type { HistoryPoint } from '../../../core/context.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { type Index, indexes } from './indexes.ts'

const kind = 'postgres-unused-index'
const dayMs = 86_400_000
const soon = { minStatisticsAge: '1ms' }

async function indexesOf(url: string): Promise<readonly Index[]> {
  const ctx = testContext()
  try {
    const answer = await indexes(aComponent(postgresOptions.parse({ url })), ctx)
    return answer.ok ? answer.rows : assert.fail(answer.detail)
  } finally {
    await ctx.close()
  }
}

/** What a look now leaves for later ones, as if it had been so many days ago. */
async function lookBefore(client: Client, days: number): Promise<Readonly<Record<string, readonly HistoryPoint[]>>> {
  const { rows } = await client.query(`
    select 'oldest_xid:' || system_identifier || ':1' as name, pg_snapshot_xmin(pg_current_snapshot())::text::float8 as value
    from pg_control_system()`)
  return { [rows[0].name]: [{ at: new Date(Date.now() - days * dayMs), value: rows[0].value }] }
}

/** A connection after the server has thrown all out and begun anew. */
async function afterCrash(server: PostgresServer): Promise<Client> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const client = await connect(server.url()).catch(() => undefined)
    if (client !== undefined) return client
    assert.ok(performance.now() < deadline, 'the server does not come back')
  }
}

describe('the age of an index', () => {
  for (const major of [15, 18]) {
    describe(`on PostgreSQL ${major}`, () => {
      let server: PostgresServer
      let client: Client
      before(async () => {
        server = await startPostgres({ major })
        client = await connect(server.url())
        await client.query(`
          create table clients (id int primary key, email text, phone text, city text);
          insert into clients select n, 'c' || n, 'p' || n, 'city' || n % 5 from generate_series(1, 1000) n;
          create index clients_email_idx on clients (email)`)
      })
      after(async () => {
        await client.end()
        await server.stop()
      })

      it('that a look saw long ago lets it be named; a fresh one is not judged, and that is said in both languages', async () => {
        const points = await lookBefore(client, 40)
        await client.query('create index clients_phone_idx on clients (phone)')
        const { subjects, texts, verdict } = await lookAt(kind, server.url(), soon, points)
        assert.deepEqual(subjects, ['public.clients_email_idx'])
        assert.match(texts, /2 indexes judged, 1 unused; 1 without a scan not judged yet/)
        assert.match(texts, /2 index jugés, dont 1 inutilisés\s; 1 sans lecture pas encore jugés/)
        assert.ok('saw' in verdict && verdict.saw === 2)
        const first = await lookAt(kind, server.url(), soon)
        assert.deepEqual([first.verdict.status, first.subjects], ['pass', []])
        assert.match(first.texts, /1 index judged; 2 without a scan not judged yet/)
        const asked = await lookAt(kind, server.url(), { minStatisticsAge: 0 })
        assert.match(
          asked.texts,
          /clients_email_idx on clients: .*, no scan, and nothing tells how long it has been there/,
        )
      })

      it('is not proved by the ids of another server', async () => {
        const [[name, points = []] = ['', []]] = Object.entries(await lookBefore(client, 40))
        const other = name.replace(/\d+:1$/, '7:1')
        const { subjects } = await lookAt(kind, server.url(), soon, { [other]: points })
        assert.deepEqual(subjects, [])
      })

      it('keeps through a rebuild, and what a rebuild beside it hides is not closed', async () => {
        const points = await lookBefore(client, 40)
        await client.query('reindex index clients_email_idx')
        const known = await lookAt(kind, server.url(), soon, points)
        assert.ok(known.subjects.includes('public.clients_email_idx'))
        await client.query('reindex index concurrently clients_email_idx')
        const named = { 'unused_bytes:public.clients_email_idx': [{ at: new Date(Date.now() - dayMs), value: 8192 }] }
        const hidden = await lookAt(kind, server.url(), soon, { ...points, ...named })
        assert.ok(!hidden.subjects.includes('public.clients_email_idx'))
        assert.ok('covers' in hidden.verdict && hidden.verdict.covers?.includes('public.clients_pkey'))
        assert.ok(!hidden.verdict.covers.includes('public.clients_email_idx'))
      })

      it('that came with its database from a template is that of the database', async () => {
        await client.query('create database template_of_ours')
        const filled = await connect(server.url('template_of_ours'))
        await filled.query(
          'create table clients (id int primary key, email text); create index email_idx on clients (email)',
        )
        await filled.end()
        const points = await lookBefore(client, 40)
        await client.query('create database copied template template_of_ours')
        const original = await lookAt(kind, server.url('template_of_ours'), soon, points)
        assert.deepEqual(original.subjects, ['public.email_idx'])
        const copied = await lookAt(kind, server.url('copied'), soon, points)
        assert.deepEqual(copied.subjects, [])
      })
    })
  }

  it('is told by the commit where the server keeps its time', async () => {
    const server = await startPostgres({ settings: { track_commit_timestamp: 'on' } })
    try {
      const client = await connect(server.url())
      const begun = performance.now()
      await client.query('create table clients (id int primary key, email text)')
      await client.query('create index clients_email_idx on clients (email)')
      const rows = await indexesOf(server.url())
      const elapsed = performance.now() - begun
      for (const { name, committedAgeMs } of rows) {
        assert.ok(
          committedAgeMs !== null && committedAgeMs > 0 && committedAgeMs <= elapsed,
          `${name}: ${committedAgeMs}`,
        )
      }
      const { subjects } = await lookAt(kind, server.url(), soon)
      assert.deepEqual(subjects, ['public.clients_email_idx'])
      await client.query('alter database postgres connection limit 40')
      const touched = performance.now()
      const [altered] = await indexesOf(server.url())
      assert.ok((altered?.committedAgeMs ?? 0) <= performance.now() - touched + 1000)
      await client.end()
    } finally {
      await server.stop()
    }
  })
})

describe('the time since which scans are counted', () => {
  for (const major of [13, 14, 15, 16, 17, 18]) {
    it(`begins anew with a reset of one index, of one table, and with a crash, on PostgreSQL ${major}`, async () => {
      const server = await startPostgres({ major })
      try {
        const client = await connect(server.url())
        await client.query('create table clients (id int primary key, email text)')
        await client.query('create index clients_email_idx on clients (email)')
        const ageAfter = async (act: () => Promise<unknown>): Promise<void> => {
          const begun = performance.now()
          await act()
          let age = Number.POSITIVE_INFINITY
          // Before 15 the collector hears of it a moment later.
          while (age > performance.now() - begun) {
            assert.ok(performance.now() - begun < 20_000, `${age} ms after ${act}`)
            const [index] = await indexesOf(server.url())
            age = index?.statisticsAgeMs ?? Number.POSITIVE_INFINITY
          }
          const young = await lookAt(kind, server.url(), { minStatisticsAge: '1h' })
          assert.match(young.texts, /could not tell: scans are counted for/)
        }
        await until(client, "select 1 where clock_timestamp() - pg_postmaster_start_time() > interval '1 s'")
        await ageAfter(() => client.query("select pg_stat_reset_single_table_counters('clients_email_idx'::regclass)"))
        await ageAfter(() => client.query("select pg_stat_reset_single_table_counters('clients'::regclass)"))
        await ageAfter(async () => {
          const victim = await connect(server.url())
          const { rows } = await victim.query<{ pid: number }>('select pg_backend_pid() as pid')
          process.kill(rows[0]?.pid ?? assert.fail('no pid'), 'SIGKILL')
          // The server throws out the others before it begins anew, and lets nobody in meanwhile.
          await until(client, 'select 1 where false').catch(() => undefined)
          await (await afterCrash(server)).end()
        })
      } finally {
        await server.stop()
      }
    })
  }
})

describe('a server that was promoted', () => {
  for (const major of [15, 18]) {
    it(`is not judged by what it counted as a standby, on PostgreSQL ${major}`, async () => {
      const old = await startPostgres({ major })
      const client = await connect(old.url())
      await client.query(`
        create table clients (id int primary key, email text);
        create index clients_email_idx on clients (email);
        create role plain login password 'plain-word'`)
      const points = await lookBefore(client, 40)
      const promoted = await startStandby(old)
      try {
        await caughtUp(old, promoted)
        await client.end()
        const admin = await connect(promoted.url())
        // The time of a file is known to the second.
        await until(admin, "select 1 where clock_timestamp() - pg_postmaster_start_time() > interval '3 s'")
        const begun = performance.now()
        await admin.query('select pg_promote()')
        const { verdict } = await lookAt(kind, promoted.url(), { minStatisticsAge: '1h' }, points)
        const elapsed = performance.now() - begun
        assert.ok(verdict.status === 'error')
        assert.equal(verdict.reason.code, 'postgres.promoted-lately')
        assert.ok(Number(verdict.reason.params['ageMs']) <= elapsed + 1000)

        const plain = promoted.url('postgres', 'plain', 'plain-word')
        const unseen = await lookAt(kind, plain, soon, points)
        assert.match(unseen.texts, /known to be the primary for 0/)
        const since = Object.fromEntries(Object.entries(points).map(([name, all]) => [name.replace(/1$/, '2'), all]))
        const known = await lookAt(kind, plain, soon, since)
        assert.deepEqual(known.subjects, ['public.clients_email_idx'])
        await admin.end()
      } finally {
        await promoted.stop()
        await old.stop()
      }
    })
  }
})
