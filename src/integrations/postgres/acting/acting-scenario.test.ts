import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { VigieError } from '../../../core/errors.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { type PostgresOptions, postgresOptions } from '../options.ts'
import { type Acting, acting } from './acting.ts'
import { isRefusedFor } from './acting-refusals.ts'
import { awaitRoom } from './room-to-act.ts'

/** What the work rejects with, as code and text code. */
const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    if (!(error instanceof VigieError)) throw error
    assert.ok(error.hint, 'no next step')
    const { code, params } = error.text
    return [error.code, code, params['why']].filter((part) => part !== undefined).join(' ')
  }
}

for (const major of [15, 18]) {
  describe(`work that changes something, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    const optionsFor = (more: object = {}): PostgresOptions => postgresOptions.parse({ url: server.url(), ...more })
    const act = <T>(work: (session: Acting) => Promise<T>, more: object = {}, ctx = testContext()): Promise<T> =>
      acting(optionsFor(more), ctx, work)

    before(async () => {
      server = await startPostgres({ major })
      const admin = await connect(server.url())
      await admin.query(`create role app login password 'app'; create table stock (id int primary key)`)
      await admin.query('grant select on stock to app; insert into stock select generate_series(1, 10)')
      await admin.end()
    })
    after(() => server.stop())

    it('is told by its own name, has limits on locks and time, and its values are not kept', async () => {
      const ctx = testContext({ timeoutMs: 12_000 })
      const seen = await act(
        (session) =>
          session.query(
            `select current_setting('application_name') as name, current_setting('lock_timeout') as lock,
                    current_setting('statement_timeout') as time, $1::text as value`,
            ['4711-secret'],
          ),
        { actingLockTimeout: '2s' },
        ctx,
      )
      assert.deepEqual(seen.rows, [{ name: 'vigie', lock: '2s', time: '12s', value: '4711-secret' }])
      assert.doesNotMatch(JSON.stringify(ctx.evidence), /4711-secret/)
    })

    it('never has no limit on locks because it is a small one, or one larger than the server knows', async () => {
      for (const [actingLockTimeout, shown] of [
        ['0.3ms', '1'],
        ['300d', '2147483647'],
      ] as const) {
        const sql = `select setting from pg_settings where name = 'lock_timeout'`
        assert.deepEqual((await act((session) => session.query(sql), { actingLockTimeout })).rows, [{ setting: shown }])
      }
    })

    it('runs no function that somebody made to fit its words better than that of the server', async () => {
      const client = await connect(server.url())
      await client.query(`create function public.length(name) returns int language sql as 'select 1 / 0'`)
      const seen = await act((session) => session.query('select length(relname) from pg_class limit 1'))
      assert.equal(seen.count, 1)
      await client.query('drop function public.length(name)')
      await client.end()
    })

    it('is all or nothing in a transaction', async () => {
      const failed = act((session) =>
        session.transaction(async () => {
          await session.query('delete from public.stock')
          await session.query('insert into public.stock values (1), (1)')
        }),
      )
      assert.equal(await refusalOf(failed), 'action-refused postgres.refused violated')
      const { rows } = await act((session) =>
        session.query<{ count: number }>('select count(*)::int as count from public.stock'),
      )
      assert.equal(rows[0]?.count, 10)
    })

    it('is never taken as done when the server undid it, though nobody saw the error', async () => {
      const unseen = act((session) =>
        session.transaction(async () => {
          await session.query('delete from public.stock')
          await session.query('select 1 / 0').catch(() => undefined)
        }),
      )
      assert.equal(await refusalOf(unseen), 'action-refused postgres.refused undone')
      const { rows } = await act((session) =>
        session.query<{ count: number }>('select count(*)::int as count from public.stock'),
      )
      assert.equal(rows[0]?.count, 10)
    })

    it('is done by one Vigie at a time, and ending a session never waits for it', async () => {
      await act(async () => {
        assert.equal(await refusalOf(act(async () => 1)), 'locked postgres.other-acts')
        assert.equal(await acting(optionsFor(), testContext(), async () => 1, { isUrgent: true }), 1)
      })
      assert.equal(await refusalOf(act(async () => 1)), 'done')
    })

    it('is ended on the server too when the step is aborted', async () => {
      const canceled = new AbortController()
      const watcher = await connect(server.url())
      const sleeping = `select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`
      try {
        const work = refusalOf(
          act((session) => session.query('select pg_sleep(600)'), {}, testContext({ signal: canceled.signal })),
        )
        await until(watcher, sleeping)
        canceled.abort()
        assert.equal(await work, 'action-refused postgres.refused canceled')
        await until(watcher, `select 1 where not exists (${sleeping})`)
      } finally {
        await watcher.end()
      }
    })

    it('says who is in its way, what it may not do, and what is not there', async () => {
      const holder = await connect(server.url())
      try {
        await holder.query('begin; lock table stock')
        const waits = act((session) => session.query('alter table public.stock add column x int'), {
          actingLockTimeout: '50ms',
        })
        await assert.rejects(waits, (error) => isRefusedFor(error, 'lock'))
      } finally {
        await holder.end()
      }
      const asApp = { actingUrl: server.url('postgres', 'app', 'app') }
      for (const [sql, more, why] of [
        ['delete from public.stock', asApp, 'denied'],
        ['drop table nothing_like_this', {}, 'gone'],
        [`set statement_timeout = 20; select pg_sleep(5)`, {}, 'time'],
        ['begin read only; create table y ()', {}, 'read-only'],
        ['select pg_terminate_backend(pg_backend_pid())', {}, 'cut'],
      ] as const) {
        const told = await refusalOf(act((session) => session.query(sql), more))
        assert.equal(told, `action-refused postgres.refused ${why}`, sql)
      }
    })

    it('does not begin without a server, with a wrong password, or where no database is', async () => {
      for (const [url, why] of [
        ['postgres://postgres:x@127.0.0.1:1/postgres', 'refused'],
        [server.url('postgres', 'app', 'wrong'), 'wrong-password'],
        [server.url('nowhere'), 'no-database'],
      ] as const) {
        const told = await refusalOf(act(async () => 1, { actingUrl: url }))
        assert.equal(told, `database-unavailable postgres.not-reached ${why}`)
      }
    })

    it('waits for room, gives up after its patience, and does not go on blind', async () => {
      const busy = await connect(server.url())
      const working = busy.query('select pg_sleep(600)').catch(() => undefined)
      const watcher = await connect(server.url())
      await until(watcher, `select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'`)
      const room = (limits: object, more: object = {}): Promise<string> => {
        const options = optionsFor({ limits, ...more })
        return refusalOf(act((session) => awaitRoom(session, options.limits, testContext()), more))
      }
      try {
        assert.equal(await room({ activeSessions: 25 }), 'done')
        assert.equal(await room({ activeSessions: 1, patience: 0 }), 'done')
        const second = await connect(server.url())
        const also = second.query('select pg_sleep(600)').catch(() => undefined)
        await until(
          watcher,
          `select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep%' offset 1`,
        )
        assert.equal(await room({ activeSessions: 1, patience: 0 }), 'action-refused postgres.no-room load')
        const asApp = { actingUrl: server.url('postgres', 'app', 'app') }
        assert.equal(await room({}, asApp), 'action-refused postgres.no-room hidden')
        await watcher.query(`select pg_cancel_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'`)
        await Promise.all([working, also])
        await second.end()
      } finally {
        await busy.end()
        await watcher.end()
      }
    })
  })
}
