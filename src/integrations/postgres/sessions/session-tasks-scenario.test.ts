import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { taskAtWork } from '../../../../test/support/postgres-tasks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { acting } from '../acting/acting.ts'
import { postgresOptions } from '../options.ts'
import { signal } from './session-signals.ts'
import { targets } from './sessions-to-end.ts'

const waitMs = 60_000

for (const major of [15, 18]) {
  describe(`sessions that are told to stop, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let watcher: Client
    const opened: Client[] = []
    const as = async (application: string, role = 'app'): Promise<Client> => {
      const client = await connect(server.url('postgres', role, role), application)
      opened.push(client)
      return client
    }
    const pidOf = async (client: Client): Promise<number> =>
      (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0
    const sleeps = (client: Client): Promise<string> =>
      client.query("select pg_sleep(600), 'anna'").then(
        () => 'went through',
        (error: Error) => error.message,
      )
    const asleep = (pid: number): Promise<void> =>
      until(
        watcher,
        `select 1 from pg_stat_activity where pid = ${pid} and wait_event = 'PgSleep'
         and clock_timestamp() - query_start > interval '100 ms'`,
        waitMs,
      )
    const idles = (pid: number): Promise<void> =>
      until(
        watcher,
        `select 1 from pg_stat_activity where pid = ${pid} and state like 'idle in transaction%'
         and clock_timestamp() - state_change > interval '100 ms'`,
        waitMs,
      )

    before(async () => {
      server = await startPostgres({ major })
      watcher = await connect(server.url())
      await watcher.query(`
        create role app login password 'app'; create role etl login password 'etl';
        create role blind login password 'blind'; create role signals login password 'signals';
        grant pg_signal_backend, pg_monitor to signals`)
    })
    after(async () => {
      for (const client of opened) await client.end().catch(() => undefined)
      await watcher.end()
      await server.stop()
    })
    const url = (role: string): { url: string } => ({ url: server.url('postgres', role, role) })

    it('stop their statement and go on; without literals in plan and evidence, with the reason for the audit', async () => {
      const client = await as('api')
      const pid = await pidOf(client)
      const end = sleeps(client)
      await asleep(pid)
      const task = taskAtWork('postgres-cancel', url('signals'), { pid, reason: 'blocks the night run' })
      const [action] = await task.plan()
      assert.ok(action)
      assert.equal(action.effect, 'disrupt')
      assert.equal(action.target, `session ${pid}: app api — blocks the night run`)
      assert.deepEqual(await task.execute(action), { status: 'done', changed: true })
      assert.match(await end, /user request/)
      assert.equal((await client.query('select 1')).rows.length, 1)
      assert.doesNotMatch(JSON.stringify([action, task.ctx.evidence]), /anna/)
      const again = await task.execute(action)
      assert.equal(again.status, 'skipped')
      assert.match(await task.refusal(task.plan()), /postgres.cancel-idle[\s\S]*vigie db terminate/)
    })

    it('are left alone at another statement than the one that was looked at', async () => {
      const client = await as('api')
      const pid = await pidOf(client)
      const first = sleeps(client)
      await asleep(pid)
      const task = taskAtWork('postgres-cancel', url('signals'), { pid })
      const [action] = await task.plan()
      assert.ok(action)
      await watcher.query('select pg_cancel_backend($1)', [pid])
      await first
      const second = sleeps(client)
      await asleep(pid)
      assert.equal((await task.execute(action)).status, 'skipped')
      await asleep(pid)
      await watcher.query('select pg_cancel_backend($1)', [pid])
      await second
    })

    it('with the number of a session that has ended are left alone', async () => {
      const [old, other] = [await as('old'), await as('other')]
      const task = taskAtWork('postgres-terminate', url('signals'), { pid: await pidOf(old) })
      const [action] = await task.plan()
      assert.ok(action)
      await old.end()
      await until(watcher, `select 1 where not exists (select from pg_stat_activity where application_name = 'old')`)
      const reused = { ...action, expected: { ...action.expected, pid: await pidOf(other) } }
      assert.equal((await task.execute(reused)).status, 'skipped')
      assert.equal((await other.query('select 1')).rows.length, 1)
    })

    it('need a role that sees them and may do it; the grant is told', async () => {
      const client = await as('api')
      const pid = await pidOf(client)
      const end = sleeps(client)
      await asleep(pid)
      const unseen = taskAtWork('postgres-cancel', url('blind'), { pid })
      assert.match(await unseen.refusal(unseen.plan()), /postgres.protected-session hidden/)
      await watcher.query('grant pg_monitor to blind')
      const task = taskAtWork('postgres-cancel', url('blind'), { pid })
      const [action] = await task.plan()
      assert.ok(action)
      assert.match(await task.refusal(task.execute(action)), /may-not-signal[\s\S]*GRANT pg_signal_backend TO "blind";/)
      await watcher.query('revoke pg_monitor from blind')
      await watcher.query('select pg_cancel_backend($1)', [pid])
      await end
    })

    it('that forget a transaction are ended by the policy, and none is without one', async () => {
      const [forgetful, aborted, excepted] = [await as('import'), await as('broken'), await as('night', 'etl')]
      const pids = [await pidOf(forgetful), await pidOf(aborted), await pidOf(excepted)]
      for (const client of [forgetful, aborted, excepted]) await client.query('begin')
      await assert.rejects(aborted.query('select nothing from nowhere'))
      for (const pid of pids) await idles(pid)
      assert.deepEqual(await taskAtWork('postgres-end-idle', url('signals')).plan(), [])
      const policy = { idleInTransaction: { after: '50ms', exceptRoles: ['etl'] } }
      const task = taskAtWork('postgres-end-idle', url('signals'), policy)
      const actions = await task.plan()
      assert.deepEqual(actions.map(({ expected }) => Number(expected['pid'])).toSorted(), pids.slice(0, 2).toSorted())
      // One of them goes on before its turn.
      await aborted.query('rollback')
      const outcomes = new Map<number, string>()
      for (const action of actions) outcomes.set(Number(action.expected['pid']), (await task.execute(action)).status)
      assert.deepEqual([outcomes.get(pids[0] ?? 0), outcomes.get(pids[1] ?? 0)], ['done', 'skipped'])
      await assert.rejects(forgetful.query('select 1'))
      assert.equal((await aborted.query('select 1')).rows.length, 1)
      await excepted.query('rollback')
    })

    it('that went on in the moment between the look and the act are left alone: the server compares as it acts', async () => {
      const client = await as('api')
      const pid = await pidOf(client)
      await client.query('begin')
      await idles(pid)
      const ctx = testContext({ timeoutMs: 60_000 })
      await acting(postgresOptions.parse(url('signals')), ctx, async (session) => {
        const [idle] = await targets(session, [pid])
        assert.ok(idle)
        const work = sleeps(client)
        await asleep(pid)
        assert.equal(await signal(session, idle, 'terminate', 'idle'), false)
        assert.equal(await signal(session, idle, 'terminate', 'statement'), false)
        const [busy] = await targets(session, [pid])
        assert.ok(busy)
        assert.equal(await signal(session, busy, 'terminate', 'idle'), false)
        assert.equal(await signal(session, busy, 'cancel', 'statement'), true)
        assert.match(await work, /user request/)
        await idles(pid)
        // It has obeyed within the grace: nothing more is done to it.
        assert.equal(await signal(session, busy, 'terminate', 'statement'), false)
        await client.query('rollback')
        assert.equal((await client.query('select 1')).rows.length, 1)
      })
      await ctx.close()
    })

    it('with an endless statement are canceled first and ended only after the grace', async () => {
      const stubborn = await as('stubborn')
      // It goes on after a cancel, as a program that catches every error does.
      const work = stubborn
        .query(
          `do $$ begin loop begin perform pg_sleep(600); exception when query_canceled then null; end; end loop; end $$`,
        )
        .catch((error: Error) => error.message)
      const pid = await workingPid(watcher, 'stubborn')
      await asleep(pid)
      const gentle = { longStatements: { after: '50ms', grace: '200ms' } }
      const cancel = taskAtWork('postgres-end-idle', url('signals'), gentle)
      const [first] = await cancel.plan()
      assert.ok(first)
      const told = await cancel.execute(first)
      assert.ok(told.status === 'done' && told.note?.code === 'postgres.terminate-still')
      const firm = taskAtWork('postgres-end-idle', url('signals'), {
        longStatements: { ...gentle.longStatements, action: 'terminate' },
      })
      const [second] = await firm.plan()
      assert.ok(second)
      const ended = await firm.execute(second)
      assert.ok(ended.status === 'done' && ended.note?.code === 'postgres.end-idle-ended')
      assert.match(String(await work), /administrator command|terminated/)
    })
  })
}

async function workingPid(watcher: Client, application: string): Promise<number> {
  const sql = `select pid from pg_stat_activity where application_name = '${application}' and state = 'active'`
  await until(watcher, sql, waitMs)
  return (await watcher.query<{ pid: number }>(sql)).rows[0]?.pid ?? 0
}
