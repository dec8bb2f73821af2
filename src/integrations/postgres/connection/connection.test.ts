import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt } from '../../../../test/support/postgres-checks.ts'
import { VigieError } from '../../../core/errors.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresComponent } from '../component.ts'
import { ask } from './connection.ts'

const password = 'pass-word-in-url'

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('a connection to PostgreSQL', () => {
  let server: PostgresServer
  let closedPort: number
  before(async () => {
    server = await startPostgres({ settings: { max_connections: '5', superuser_reserved_connections: '1' } })
    const client = await connect(server.url())
    await client.query(`create role guest login password '${password}'`)
    await client.query('create database private')
    await client.query('revoke connect on database private from public')
    await client.end()
    const placeholder = createServer()
    closedPort = await listening(placeholder)
    await new Promise((resolve) => placeholder.close(resolve))
  })
  after(() => server.stop())

  const refusals: readonly (readonly [string, () => string, string])[] = [
    ['nobody listens', () => `postgres://u:${password}@127.0.0.1:${closedPort}/d`, 'refused'],
    ['the password is wrong', () => server.url('postgres', 'guest', `${password}-not`), 'wrong-password'],
    ['there is no such role', () => server.url('postgres', 'nobody-here', password), 'wrong-password'],
    ['there is no such database', () => server.url('nowhere', 'guest', password), 'no-database'],
    ['the role may not connect', () => server.url('private', 'guest', password), 'not-allowed'],
    ['the name is unknown', () => `postgres://u:${password}@nowhere.invalid/d`, 'name-not-found'],
    ['the server speaks no TLS', () => `${server.url('postgres', 'guest', password)}?sslmode=verify-full`, 'tls'],
    ['the url is none', () => `postgres://u:${password}@:not a port/d`, 'other'],
  ]
  for (const [title, url, why] of refusals) {
    it(`is ${why} when ${title}, fails the one check that asks for it, leaves the others open, and shows no password`, async () => {
      const { verdict, texts, evidence } = await lookAt('postgres-reachable', url())
      assert.equal(verdict.status, 'fail')
      assert.equal('reason' in verdict && verdict.reason?.params['why'], why, texts)
      assert.doesNotMatch(texts + evidence + JSON.stringify(verdict), new RegExp(password))
      for (const { kind } of postgresComponent.checks) {
        if (kind === 'postgres-reachable') continue
        const other = await lookAt(kind, url())
        assert.equal(other.verdict.status, 'error', kind)
        assert.doesNotMatch(other.texts + other.evidence + JSON.stringify(other.verdict), new RegExp(password))
      }
    })
  }

  it('is too-many-connections when all are taken', async () => {
    const clients = []
    for (let taken = 0; taken < 4; taken++) clients.push(await connect(server.url('postgres', 'guest', password)))
    const { verdict } = await lookAt('postgres-reachable', server.url('postgres', 'guest', password))
    assert.equal(verdict.status, 'fail')
    assert.equal('reason' in verdict && verdict.reason?.params['why'], 'too-many-connections')
    for (const client of clients) await client.end()
  })

  it('is timed-out when the server accepts and says nothing', async () => {
    const silent = createServer()
    const port = await listening(silent)
    const { verdict } = await lookAt('postgres-reachable', `postgres://u:${password}@127.0.0.1:${port}/d`)
    assert.equal('reason' in verdict && verdict.reason?.params['why'], 'timed-out')
    silent.close()
  })

  it('that stays silent answers with one attempt all who wait for it, and is tried anew after that', async () => {
    let attempts = 0
    const silent = createServer((socket) => {
      attempts++
      socket.on('error', () => undefined)
      setTimeout(() => socket.destroy(), 100)
    })
    const port = await listening(silent)
    const ctx = testContext()
    const component = aComponent(postgresComponent.options.parse({ url: `postgres://u:p@127.0.0.1:${port}/d` }))
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(component, { sql: 'select 1' }, ctx)))
    assert.ok(answers.every((answer) => !answer.ok && answer.refusal === 'cut'))
    assert.equal(attempts, 2)
    await ask(component, { sql: 'select 1' }, ctx)
    assert.equal(attempts, 3)
    await ctx.close()
    silent.close()
  })

  it('throws when its url is a secret that is not there, since then nothing was looked at', async () => {
    const ctx = testContext({
      reveal: async () => {
        throw new VigieError('secret-missing', { code: 'test.missing', params: {} })
      },
    })
    const component = aComponent(postgresComponent.options.parse({ url: { env: 'NO_SUCH_URL' } }))
    await assert.rejects(ask(component, { sql: 'select 1' }, ctx), { code: 'secret-missing' })
  })
})

describe('a question to PostgreSQL', () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
    const client = await connect(server.url())
    await client.query('create table t (id int); insert into t values (1)')
    await client.end()
  })
  after(() => server.stop())
  const component = (options = {}) => aComponent(postgresComponent.options.parse({ url: server.url(), ...options }))

  it('changes nothing, is bounded, and says who asks, whatever the url says', async () => {
    const ctx = testContext()
    const url = `${server.url()}?application_name=api`
    const refused = await ask(component({ url }), { sql: 'insert into public.t values (2)' }, ctx)
    assert.ok(!refused.ok && /read-only transaction/.test(refused.detail))
    const names = ['application_name', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']
    const sql = `select ${names.map((name) => `current_setting('${name}') as ${name}`).join(', ')}`
    const answer = await ask(component({ url }), { sql }, ctx)
    assert.deepEqual(answer.ok && answer.rows, [
      {
        application_name: 'vigie',
        statement_timeout: '5s',
        lock_timeout: '1s',
        idle_in_transaction_session_timeout: '30s',
      },
    ])
    await ctx.close()
  })

  it('runs no function that somebody made to fit it better than that of the server', async () => {
    const ctx = testContext()
    const client = await connect(server.url())
    await client.query(`create function public.length(name) returns int language sql as 'select 1 / 0'`)
    const sql = `select length(relname) > 0 as "isNamed" from pg_class limit 1`
    const answer = await ask(component(), { sql }, ctx)
    assert.deepEqual(answer.ok && answer.rows, [{ isNamed: true }])
    const own = await ask(component(), { sql, isOwn: true }, ctx)
    assert.ok(!own.ok && /division by zero/.test(own.detail))
    await client.query('drop function public.length(name)')
    await client.end()
    await ctx.close()
  })

  it('is given up at its limit, and the next one is answered', async () => {
    const ctx = testContext()
    const slow = await ask(component({ statementTimeout: '50ms' }), { sql: 'select pg_sleep(60)' }, ctx)
    assert.ok(!slow.ok && slow.refusal === 'statement' && /statement timeout/.test(slow.detail))
    const next = await ask(component(), { sql: 'select 1 as one' }, ctx)
    assert.ok(next.ok)
    await ctx.close()
  })

  it('waits its turn: ten at once take two connections and none is refused', async () => {
    const ctx = testContext()
    const sql = `select pg_sleep(0.05), (select count(*) from pg_stat_activity where application_name = 'vigie') as ours`
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask<{ ours: number }>(component(), { sql }, ctx)),
    )
    const ours = answers.map((answer) => (answer.ok ? (answer.rows[0]?.ours ?? 0) : Number.NaN))
    assert.equal(Math.max(...ours), 2)
    await ctx.close()
  })

  it('is kept as evidence with its rows counted and none of them shown', async () => {
    const ctx = testContext()
    await ask(component(), { sql: "select 'row-content' || id as text from public.t" }, ctx)
    assert.match(ctx.evidence[0]?.output ?? '', /^1 row/)
    assert.ok(!JSON.stringify(ctx.evidence.map(({ output }) => output)).includes('row-content'))
    await ctx.close()
  })

  it('says denied when the role may not read, and a lost connection is told as one', async () => {
    const ctx = testContext()
    const client = await connect(server.url())
    await client.query("create role guest login password 'guest-word'")
    const guest = component({ url: server.url('postgres', 'guest', 'guest-word') })
    const denied = await ask(guest, { sql: 'select * from public.t' }, ctx)
    assert.ok(!denied.ok && denied.refusal === 'denied')
    const asked = ask(guest, { sql: 'select pg_sleep(60)' }, ctx)
    const end =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vigie' and wait_event = 'PgSleep'"
    while ((await client.query(end)).rows.length === 0);
    const lost = await asked
    assert.ok(!lost.ok && lost.refusal === 'cut')
    await client.end()
    await ctx.close()
  })
})
