import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { ask } from '../connection/connection.ts'
import { postgresOptions } from '../options.ts'
import { sessions } from './sessions.ts'

const short = { longerThan: '50ms' }
const kinds = ['postgres-long-statements', 'postgres-idle-in-transaction', 'postgres-blocking']

describe('sessions', () => {
  for (const major of [15, 18]) {
    describe(`on PostgreSQL ${major}`, () => {
      let server: PostgresServer
      let watcher: Client
      const opened: Client[] = []
      const session = async (application: string): Promise<Client> => {
        const client = await connect(server.url(), application)
        opened.push(client)
        return client
      }
      /** Until the sessions have been in their state for longer than the limits above. */
      const settled = (condition: string, count = 1): Promise<void> =>
        until(
          watcher,
          `select 1 from pg_stat_activity where ${condition} and clock_timestamp() - state_change > interval '100 ms' having count(*) >= ${count}`,
        )
      const closeAll = async (): Promise<void> => {
        await watcher.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname is not null and pid <> pg_backend_pid()',
        )
        for (const client of opened.splice(0)) await client.end().catch(() => undefined)
        await until(watcher, "select 1 from pg_stat_activity where backend_type = 'client backend' having count(*) = 1")
      }
      before(async () => {
        server = await startPostgres({ major, settings: { max_prepared_transactions: '2' } })
        watcher = await connect(server.url())
        await watcher.query(`
          create table policies (id int primary key, holder text);
          insert into policies values (1, 'a'), (2, 'b');
          create role "Plain ""Role" login password 'plain-word';
          create role watching login password 'watch-word';
          grant pg_monitor to watching`)
      })
      after(async () => {
        await watcher.end()
        await server.stop()
      })

      it('are fine when nobody does anything wrong', async () => {
        for (const kind of kinds) {
          const { verdict } = await lookAt(kind, server.url(), short)
          assert.equal(verdict.status, 'pass', kind)
        }
      })

      it('that run a statement too long are named once by program and statement, without its literals', async () => {
        try {
          for (const name of ['report', 'report', 'pg_dump']) {
            void (await session(name)).query("select pg_sleep(600), 'anna@example.test'").catch(() => undefined)
          }
          await settled("wait_event = 'PgSleep'", 3)
          const first = await lookAt('postgres-long-statements', server.url(), short)
          assert.equal(first.verdict.status, 'warn')
          assert.equal(first.subjects.length, 1)
          assert.match(first.texts, /report \(pid \d+ and 1 more\) has run for/)
          assert.match(first.texts, /SELECT pg_cancel_backend\(\d+\);/)
          assert.doesNotMatch(first.texts + first.evidence, /anna|600/)
          const again = await lookAt(
            'postgres-long-statements',
            server.url('postgres', 'watching', 'watch-word'),
            short,
          )
          assert.deepEqual(again.subjects, first.subjects)
        } finally {
          await closeAll()
        }
      })

      it('that leave a transaction open are named, an aborted one too, with the statement they stopped after', async () => {
        try {
          const [forgetful, failed] = [await session('import'), await session('broken')]
          await forgetful.query('begin')
          await forgetful.query("update policies set holder = 'secret-name' where id = 2")
          await failed.query('begin')
          await assert.rejects(failed.query('select nothing from nowhere'))
          await settled("state like 'idle in transaction%'", 2)
          const { verdict, subjects, texts, evidence } = await lookAt(
            'postgres-idle-in-transaction',
            server.url(),
            short,
          )
          assert.equal(verdict.status, 'fail')
          assert.deepEqual(
            subjects.map((subject) => subject.replace(/:[0-9a-f]{10}$/, '')),
            ['broken', 'import'],
          )
          assert.match(texts, /after: update policies set holder = \? where id = \?/)
          assert.doesNotMatch(texts + evidence, /secret-name/)
        } finally {
          await closeAll()
        }
      })

      it('of somebody who only bears our name are seen as any other', async () => {
        try {
          const [namesake, waiter] = [await session('vigie'), await session('waiter')]
          await namesake.query('begin')
          await namesake.query("update policies set holder = 'n' where id = 1")
          void waiter.query("update policies set holder = 'w' where id = 1").catch(() => undefined)
          await settled("wait_event_type = 'Lock'")
          await settled("state = 'idle in transaction'")
          for (const kind of ['postgres-idle-in-transaction', 'postgres-blocking']) {
            const { verdict, subjects } = await lookAt(kind, server.url(), short)
            assert.deepEqual([verdict.status, subjects.length], ['fail', 1], kind)
            assert.match(subjects[0] ?? '', /^vigie:/)
          }
          void namesake.query('select pg_sleep(600)').catch(() => undefined)
          await settled("wait_event = 'PgSleep'")
          const { subjects } = await lookAt('postgres-long-statements', server.url(), short)
          assert.match(subjects.join(), /^vigie:/)
        } finally {
          await closeAll()
        }
      })

      it('of this very run are left out, the one beside too', async () => {
        const ctx = testContext()
        const component = aComponent(postgresOptions.parse({ url: server.url() }))
        try {
          const beside = ask(component, { sql: 'select pg_sleep(600)' }, ctx)
          await until(watcher, "select 1 from pg_stat_activity where wait_event = 'PgSleep'")
          const answer = await sessions(component, ctx)
          assert.ok(answer.ok)
          assert.deepEqual(
            answer.rows.map(({ application }) => application),
            ['planter'],
          )
          await watcher.query("select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'")
          await beside
        } finally {
          await ctx.close()
        }
      })

      it('that hold up others are told by the root of the chain, whose end ends it', async () => {
        try {
          const [root, middle, last] = [await session('root'), await session('middle'), await session('last')]
          await root.query('begin')
          await root.query("update policies set holder = 'r' where id = 1")
          await middle.query('begin')
          await middle.query("update policies set holder = 'm' where id = 2")
          const waiting = [
            middle.query("update policies set holder = 'm' where id = 1").catch(() => undefined),
            until(
              watcher,
              "select 1 from pg_stat_activity where application_name = 'middle' and wait_event_type = 'Lock'",
            ),
          ]
          await waiting[1]
          waiting.push(last.query("update policies set holder = 'l' where id = 2").catch(() => undefined))
          await settled("wait_event_type = 'Lock'", 2)
          const { verdict, findings, subjects, texts } = await lookAt('postgres-blocking', server.url(), short)
          assert.equal(verdict.status, 'fail')
          assert.equal(findings.length, 1)
          assert.match(subjects[0] ?? '', /^root:/)
          assert.match(texts, /root \(pid \d+\) holds up 2 sessions/)
          const patient = await lookAt('postgres-blocking', server.url(), { longerThan: '1h' })
          assert.equal(patient.verdict.status, 'pass')
          await watcher.query(/SELECT pg_terminate_backend\(\d+\);/.exec(texts)?.[0] ?? 'select no_remedy()')
          await waiting[0]
          await middle.query('commit')
          await Promise.all(waiting)
          const after = await lookAt('postgres-blocking', server.url(), short)
          assert.equal(after.verdict.status, 'pass')
        } finally {
          await closeAll()
        }
      })

      it('that wait for a prepared transaction are told how to find and end it', async () => {
        try {
          const [preparer, waiter] = [await session('two-phase'), await session('waiter')]
          await preparer.query('begin')
          await preparer.query("update policies set holder = 'p' where id = 1")
          await preparer.query("prepare transaction 'forgotten'")
          void waiter.query("update policies set holder = 'w' where id = 1").catch(() => undefined)
          await settled("wait_event_type = 'Lock'")
          const { subjects, texts } = await lookAt('postgres-blocking', server.url(), short)
          assert.deepEqual(subjects, ['prepared'])
          assert.match(texts, /pg_prepared_xacts/)
        } finally {
          await closeAll()
          await watcher.query("rollback prepared 'forgotten'")
        }
      })

      it('that the role may not see leave the question open, with the grant that would answer it', async () => {
        const url = server.url('postgres', encodeURIComponent('Plain "Role'), 'plain-word')
        try {
          await session('unseen')
          for (const kind of kinds) {
            const { verdict, texts } = await lookAt(kind, url, short)
            assert.equal(verdict.status, 'error', kind)
            assert.match(texts, /the role may not see \d+ sessions? of other roles/)
            assert.match(texts, /GRANT pg_monitor TO "Plain ""Role";/)
          }
        } finally {
          await closeAll()
        }
      })

      it('that wait are known to a plain role too, with whom they wait for, and not in another database', async () => {
        await watcher.query('create database elsewhere')
        const [root, waiter] = [await session('root'), await session('waiter')]
        try {
          await root.query('begin; lock table policies')
          waiter.query('select 1 from policies').catch(() => undefined)
          await until(
            watcher,
            "select 1 from pg_stat_activity where application_name = 'waiter' and wait_event_type = 'Lock'",
          )
          const blockersOf = async (url: string): Promise<Record<string, number>> => {
            const ctx = testContext()
            try {
              const answer = await sessions(aComponent(postgresOptions.parse({ url })), ctx)
              assert.ok(answer.ok)
              return Object.fromEntries(answer.rows.map((one) => [one.application, one.blockers.length]))
            } finally {
              await ctx.close()
            }
          }
          const role = encodeURIComponent('Plain "Role')
          const here = await blockersOf(server.url('postgres', role, 'plain-word'))
          assert.deepEqual([here['root'], here['waiter']], [0, 1])
          assert.deepEqual(await blockersOf(server.url('elsewhere')), {})
        } finally {
          await closeAll()
          await watcher.query('drop database elsewhere with (force)')
        }
      })

      it('of the server itself are no reason for a plain role to doubt', async () => {
        await watcher.end()
        const url = server.url('postgres', encodeURIComponent('Plain "Role'), 'plain-word')
        const plain = await connect(url)
        await until(
          plain,
          "select 1 from pg_stat_activity where usesysid is not null and pid <> pg_backend_pid() having count(*) filter (where application_name = 'planter') = 0",
        )
        for (const kind of kinds) {
          const { verdict, texts } = await lookAt(kind, url, short)
          assert.equal(verdict.status, 'pass', `${kind}: ${texts}`)
        }
        await plain.end()
        watcher = await connect(server.url())
      })
    })
  }
})
