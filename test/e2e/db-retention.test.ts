import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect, until } from '../support/postgres-checks.ts'
import { countOf, ruleOf } from '../support/retention.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const limitMs = 120_000

describe('vigie db retention', () => {
  let server: PostgresServer
  let client: pg.Client
  let system: ScratchSystem
  before(async () => {
    server = await startPostgres()
    client = await connect(server.url())
    await client.query(`
      set timezone = 'UTC';
      create table user_sessions (id uuid primary key default gen_random_uuid(), expires_at timestamptz not null);
      insert into user_sessions (expires_at) select now() + (n % 60 - 50) * interval '1 day' from generate_series(1, 1200) n;
      create table rides (id bigint generated always as identity, created_at timestamptz not null, fare numeric(8, 2), primary key (id, created_at))
        partition by range (created_at);
      create table rides_old partition of rides for values from ('2000-01-01') to ('2025-01-01');
      create table rides_new partition of rides for values from ('2025-01-01') to ('2100-01-01');
      insert into rides (created_at, fare) select now() - n * interval '3 hours', n / 7.0 from generate_series(1, 6000) n`)
    const retention = {
      sessions: ruleOf({ table: 'user_sessions', age: 'expires_at', keep: '30d', batch: 100 }, 'delete'),
      rides: ruleOf(
        { table: 'public.rides', age: 'created_at', keep: '180d', batch: 20, pause: 3 },
        { archive: 'archive.rides' },
      ),
    }
    const db = { kind: 'postgres', url: server.url(), actingLockTimeout: '500ms', retention }
    system = scratchSystem(JSON.stringify({ name: 'Shop', components: { db } }), 'vigie.config.json')
  })
  after(async () => {
    await client.end()
    system.remove()
    await server.stop()
  })
  const run = (...words: string[]) => vigie(['db', 'retention', ...words, ...system.config])

  it('[E09] deletes sessions that expired more than 30 days ago: counted first, agreed to, in batches, no lock waited for, in the audit', async () => {
    const old = `user_sessions where expires_at < date_trunc('day', now() - interval '30 days')`
    const expired = await countOf(client, old)
    assert.ok(expired > 300)
    const dry = await run('sessions', '--dry-run')
    assert.match(dry.stdout, new RegExp(`sessions: delete ${expired} rows`))
    assert.equal(await countOf(client, 'user_sessions'), 1200)
    const asked = await run('sessions', '--yes')
    assert.equal(asked.code, 3, 'what cannot be undone needs more than a yes')
    const plan = /vigie approve (\w+)/.exec(asked.stdout)?.[1] ?? assert.fail(asked.stdout)
    assert.equal(await countOf(client, 'user_sessions'), 1200)

    // The lock of another is not waited for longer than the limit, and nothing is held meanwhile.
    const other = await connect(server.url())
    await other.query('begin; lock table user_sessions in share mode')
    const refused = await vigie(['approve', plan, ...system.config])
    assert.equal(refused.code, 1, refused.stdout)
    assert.match(refused.stdout, /somebody holds the lock/)
    await other.query('rollback; begin')
    await other.query(`select 1 from ${old} limit 7 for update`)
    const again = /vigie approve (\w+)/.exec((await run('sessions')).stdout)?.[1] ?? assert.fail()
    const done = await vigie(['approve', again, '--by', 'Léa', ...system.config])
    assert.equal(done.code, 0, done.stdout + done.stderr)
    await other.end()
    assert.equal(await countOf(client, old), 7, 'rows in use wait for the next run')
    assert.equal(await countOf(client, 'user_sessions'), 1200 - expired + 7)
    const shown = await vigie(['runs', 'list', '--json', ...system.config])
    const id = shown.json().runs[0].id
    const told = await vigie(['runs', 'show', id, ...system.config])
    assert.match(told.stdout, new RegExp(`${expired - 7} rows in \\d+ batches`))
    assert.ok(Number(/in (\d+) batches/.exec(told.stdout)?.[1]) >= 3, told.stdout)
    const audit = await vigie(['audit', 'list', ...system.config])
    assert.match(audit.stdout, /Léa/)
    assert.match(audit.stdout, /public\.user_sessions/)
  })

  it('[E10] moves rides older than 6 months, goes on after a kill -9, the counts match, and the emptied partition goes', async () => {
    const all = (await client.query('select id, created_at::text, fare from rides order by id')).rows
    const going = await countOf(client, `rides where created_at < date_trunc('day', now() - interval '180 days')`)
    const dying = new AbortController()
    const killed = vigie(['db', 'retention', 'rides', '--yes', ...system.config], { signal: dying.signal })
    await until(client, `select 1 from pg_tables where schemaname = 'archive'`, limitMs)
    await until(client, 'select 1 from archive.rides limit 1', limitMs)
    dying.abort()
    await killed
    await until(
      client,
      `select 1 where not exists (select 1 from pg_stat_activity where application_name = 'vigie')`,
      limitMs,
    )
    const moved = await countOf(client, 'archive.rides')
    assert.ok(moved > 0 && moved < going, `${moved} of ${going}`)
    assert.equal((await countOf(client, 'rides')) + moved, all.length)
    // The lease of the killed run ends by itself.
    const deadline = performance.now() + limitMs
    let last = await run('rides', '--yes')
    while (last.code === 4 || /is held|holds/.test(last.stdout + last.stderr)) {
      assert.ok(performance.now() < deadline, last.stdout + last.stderr)
      await wait(1000)
      last = await run('rides', '--yes')
    }
    assert.equal(last.code, 0, last.stdout + last.stderr)
    assert.equal(await countOf(client, 'archive.rides'), going)
    const rows = 'select id, created_at::text, fare from'
    const both = await client.query(`${rows} rides union all ${rows} archive.rides order by id`)
    assert.deepEqual(both.rows, all)
    assert.equal(await countOf(client, `pg_class where relname = 'rides_old'`), 0)
    assert.equal(await countOf(client, `pg_class where relname = 'rides_new'`), 1)
    assert.match((await run('rides', '--dry-run')).stdout, /nothing to do/i)
  })

  it('says which rules there are when one is not', async () => {
    const { code, stdout, stderr } = await run('sesions')
    assert.notEqual(code, 0)
    assert.match(stdout + stderr, /no retention rule "sesions"/)
    assert.match(stdout + stderr, /sessions/)
  })
})
