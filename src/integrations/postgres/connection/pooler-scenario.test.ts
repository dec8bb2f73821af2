import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from 'pg'
import { testContext } from '../../../../test/support/context.ts'
import { type PgBouncer, startPgBouncer } from '../../../../test/support/pgbouncer.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import { VigieError } from '../../../core/errors.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { acting } from '../acting/acting.ts'
import { postgresComponent } from '../component.ts'
import { postgresOptions } from '../options.ts'

for (const major of [15, 18]) {
  describe(`connections of PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let bouncer: PgBouncer
    let admin: Client
    const look = (options: object = {}, component: object = {}, url = server.url()) =>
      lookAt('postgres-connections', url, { ...options }, {}, { ...component })
    before(async () => {
      server = await startPostgres({ major, settings: { max_connections: '30' } })
      admin = await connect(server.url())
      await admin.query("create role app login password 'app'; create role plain login password 'plain'")
      await admin.query('create table stock (id int primary key)')
      const pools = { default_pool_size: '2', max_client_conn: '20' }
      bouncer = await startPgBouncer(server, { app: 'app', plain: 'plain' }, pools)
    })
    after(async () => {
      await admin?.end()
      await bouncer?.stop()
      await server?.stop()
    })

    it('are told by state and application, against the server, the role, the database, the own pool and PgBouncer [D13]', async () => {
      const console = { pgbouncer: { url: bouncer.url('pgbouncer') } }
      const calm = await look({ pool: { size: 10, application: 'api' } }, console)
      assert.equal(calm.verdict.status, 'pass', calm.texts)

      const guests: Client[] = []
      try {
        // Against the server: 27 of its 30 connections are for programs.
        for (let one = 0; one < 16; one++) guests.push(await connect(server.url('postgres', 'app', 'app'), 'api'))
        for (let one = 0; one < 5; one++) guests.push(await connect(server.url('postgres', 'app', 'app'), 'jobs'))
        const [working, open] = guests
        await open?.query('begin')
        const sleeping = working?.query('select pg_sleep(600)').catch(() => undefined)
        await until(admin, "select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'")
        const many = await look()
        assert.equal(many.verdict.status, 'warn', many.texts)
        assert.match(many.texts, /of 27 connections taken \(api \(app\) idle 14, jobs \(app\) idle 5/)
        assert.match(many.evidence, /14 app@postgres api idle/)
        assert.match(many.evidence, /1 app@postgres api idle in transaction/)
        const measured = many.verdict.status === 'warn' ? (many.verdict.measurements ?? {}) : {}
        assert.equal(measured['connections:idle_in_transaction'], 1)
        assert.equal(measured['usable_connections'], 27)

        // Against the limits of its role and of a database, in statements that work as they stand.
        await admin.query('alter role app connection limit 22; alter database postgres connection limit 25')
        const limited = await look()
        assert.deepEqual(limited.subjects, ['', 'database:postgres', 'role:app'])
        const raise = /ALTER ROLE "app" CONNECTION LIMIT 44;/.exec(limited.texts)?.[0] ?? ''
        await admin.query(raise)
        await admin.query('alter database postgres connection limit -1')
        assert.deepEqual((await look()).subjects, [''])

        // Against the application's own pool: what works or has a transaction open is in use.
        const pooled = await look({ pool: { size: 2, application: 'api' }, warn: 1, fail: 1 })
        assert.deepEqual(pooled.subjects, ['pool'])
        assert.match(pooled.texts, /2 of the 2 connections of the application's pool are at work/)
        const other = await look({ pool: { size: 2, application: 'jobs', user: 'app' }, warn: 1, fail: 1 })
        assert.equal(other.verdict.status, 'pass')
        const blind = await look({ pool: { size: 2 }, warn: 1, fail: 1 }, {}, server.url('postgres', 'plain', 'plain'))
        assert.equal(blind.verdict.status, 'error')
        assert.match(blind.texts, /GRANT pg_monitor TO "plain";/)
        await admin.query("select pg_cancel_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'")
        await sleeping
      } finally {
        for (const one of guests) await one.end()
      }
      await until(admin, "select 1 where (select count(*) from pg_stat_activity where usename = 'app') = 0", 30_000)

      // Against PgBouncer: two connections for a pool, and the third client waits.
      const clients: Client[] = []
      try {
        for (let one = 0; one < 3; one++) clients.push(await connect(bouncer.url('postgres', 'app'), 'api'))
        const asking = clients.map((client) => client.query('select pg_sleep(600)').catch(() => undefined))
        const watcher = await connect(bouncer.url('pgbouncer'))
        const deadline = performance.now() + 30_000
        for (;;) {
          const { rows } = await watcher.query('SHOW POOLS')
          if (rows.some(({ cl_waiting }) => Number(cl_waiting) > 0)) break
          assert.ok(performance.now() < deadline, 'nobody waits')
        }
        await watcher.end()
        const waiting = await look({}, console)
        assert.equal(waiting.verdict.status, 'warn', waiting.texts)
        assert.deepEqual(waiting.subjects, ['pgbouncer:postgres/app'])
        assert.match(waiting.texts, /PgBouncer postgres\/app: 1 client waits for a connection.*; 2 of 2 are at work/)
        const long = await look({ longestWait: '1ms' }, console)
        assert.equal(long.verdict.status, 'fail')
        const crowded = await look({ warn: 0.1, fail: 0.99 }, console)
        assert.ok(crowded.subjects.includes('pgbouncer'), crowded.texts)
        // Who waited begins when another ends.
        const ended = Promise.all(asking).then(() => true)
        const end = performance.now() + 30_000
        do {
          await admin.query("select pg_cancel_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'")
          assert.ok(performance.now() < end, 'they do not end')
        } while (!(await Promise.race([ended, wait(50, false)])))
      } finally {
        for (const one of clients) await one.end()
      }
    })

    it('leave the pooler open when its console does not answer, and what is known is told all the same', async () => {
      const wrong = [
        ['postgres://postgres:x@127.0.0.1:1/pgbouncer', /could not tell of PgBouncer.*ECONNREFUSED/],
        [bouncer.url('pgbouncer', 'app'), /could not tell of PgBouncer.*not allowed/],
        [server.url(), /could not tell of PgBouncer/],
      ] as const
      for (const [url, told] of wrong) {
        const { verdict, texts } = await look({}, { pgbouncer: { url } })
        assert.equal(verdict.status, 'error', texts)
        assert.match(texts, told)
        assert.match(texts, /stats_users/)
        const near = await look({ warn: 0.01 }, { pgbouncer: { url } })
        assert.equal(near.verdict.status, 'warn')
        assert.deepEqual('covers' in near.verdict && near.verdict.covers, ['', 'role:app'])
      }
    })

    it('through a transaction pooler are good for questions, and refused for work that changes something', async () => {
      for (const { kind } of postgresComponent.checks) {
        const direct = await lookAt(kind, server.url())
        const through = await lookAt(kind, bouncer.url())
        assert.equal(through.verdict.status, direct.verdict.status, `${kind}: ${through.texts}`)
      }
      const options = postgresOptions.parse({ url: bouncer.url() })
      const refused = acting(options, testContext(), async (session) => session.query('drop table public.stock'))
      await assert.rejects(refused, (error) => {
        assert.ok(error instanceof VigieError)
        assert.deepEqual(
          [error.code, error.text.code, error.hint?.code],
          ['action-refused', 'postgres.pooler-between', 'postgres.pooler-remedy'],
        )
        return true
      })
      const past = postgresOptions.parse({ url: bouncer.url(), actingUrl: server.url() })
      const { rows } = await acting(past, testContext(), async (session) =>
        session.query('select count(*)::int as n from public.stock'),
      )
      assert.deepEqual(rows, [{ n: 0 }])
    })

    it('that are all taken leave the question open, and fail the one whether it lets us in: one cause, one finding', async () => {
      await admin.query('alter role plain connection limit 1')
      const only = await connect(server.url('postgres', 'plain', 'plain'))
      try {
        const { verdict, texts } = await look({}, {}, server.url('postgres', 'plain', 'plain'))
        assert.equal(verdict.status, 'error')
        assert.match(texts, /all its connections are taken \(too many connections for role/)
        const reachable = await lookAt('postgres-reachable', server.url('postgres', 'plain', 'plain'))
        assert.equal(reachable.verdict.status, 'fail')
      } finally {
        await only.end()
      }
    })
  })
}
