import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { busyApplication } from '../support/busy-application.ts'
import { vigie } from '../support/cli.ts'
import { postgresPrograms, startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'

describe('vigie backups restore of PostgreSQL', { timeout: 600_000 }, () => {
  let server: PostgresServer | undefined
  let client: Awaited<ReturnType<typeof connect>> | undefined
  const dir = mkdtempSync(join(tmpdir(), 'vigie-restore-e2e-'))
  const config = ['--config', join(dir, 'vigie.config.json')]

  before(async () => {
    server = await startPostgres({ major: 18 })
    const admin = await connect(server.url())
    await admin.query('create database shop')
    await admin.end()
    client = await connect(server.url('shop'))
    await client.query(`
      create table customers (id serial primary key, name text);
      create table policies (id int primary key, customer_id int references customers(id), number text);
      create table claims (id int primary key, policy_id int references policies(id));
      create view numbers as select number from policies;
      insert into customers (name) select 'c' || n from generate_series(1, 100) n;
      insert into policies select n, n, 'p' || n from generate_series(1, 100) n; insert into claims select n, n from generate_series(1, 50) n`)
    mkdirSync(join(dir, 'kept'))
    const bin = await postgresPrograms(18)
    const system = {
      name: 'Shop',
      components: { db: { kind: 'postgres', url: server.url('shop'), backup: { bin } } },
      backups: { nightly: { what: ['db'], to: { kind: 'folder', path: join(dir, 'kept') }, keep: '30d' } },
    }
    writeFileSync(join(dir, 'vigie.config.json'), JSON.stringify(system))
    const made = await vigie(['backups', 'create', ...config])
    assert.equal(made.code, 0, made.stdout + made.stderr)
  })
  after(async () => {
    await client?.end()
    await server?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('brings a dropped table back while the application goes on', async () => {
    assert.ok(server && client)
    await client.query('drop table policies cascade')
    const application = await busyApplication(
      server.url('shop'),
      "insert into customers (name) values ('new')",
      'select * from policies limit 1',
    )
    try {
      await application.until(() => application.missed > 2)
      const done = await vigie(['backups', 'restore', 'latest', '--table', 'policies', '--yes', ...config])
      assert.equal(done.code, 0, done.stdout + done.stderr)
      const { found } = application
      await application.until(() => application.found > found + 2)
      assert.equal(application.failed, 0, application.why)
    } finally {
      await application.end()
    }
    const { rows } = await client.query(
      "select (select count(*)::int from numbers) as n, (select count(*)::int from pg_constraint where contype = 'f' and convalidated) as keys",
    )
    assert.deepEqual(rows, [{ n: 100, keys: 2 }])
  })

  it('changes a table that stands only with approval, and says which way and where the rows of now are kept', async () => {
    assert.ok(client)
    await client.query('update policies set number = null where id < 10')
    const words = ['backups', 'restore', 'latest', '--table', 'policies', ...config]
    assert.equal((await vigie([...words, '--yes'])).code, 3)
    const dry = await vigie([...words, '--dry-run'])
    assert.match(dry.stdout, /merge the rows of public.policies, since public.claims refer to it/)
    assert.match(dry.stdout, /vigie_before.policies_before_/)
    const { run } = (await vigie([...words, '--dry-run', '--json'])).json()
    const done = await vigie([...words, '--approve', run.plan])
    assert.equal(done.code, 0, done.stdout + done.stderr)
    const { rows } = await client.query('select count(number)::int as n from policies')
    assert.deepEqual(rows, [{ n: 100 }])
  })

  it('restores the whole beside by itself, and over the living one with approval', async () => {
    assert.ok(server && client)
    const beside = await vigie(['backups', 'restore', 'latest', '--yes', ...config])
    assert.equal(beside.code, 0, beside.stdout + beside.stderr)
    await client.query("insert into customers (name) values ('since')")
    await client.end()
    client = undefined
    const words = ['backups', 'restore', 'latest', '--over', ...config]
    assert.equal((await vigie([...words, '--yes'])).code, 3)
    const { run } = (await vigie([...words, '--dry-run', '--json'])).json()
    const done = await vigie([...words, '--approve', run.plan])
    assert.equal(done.code, 0, done.stdout + done.stderr)
    const admin = await connect(server.url())
    const { rows } = await admin.query("select datname from pg_database where datname like 'shop%' order by 1")
    await admin.end()
    assert.equal(rows.length, 3, JSON.stringify(rows))
  })

  it('says what is not in the backup, and what is nearest', async () => {
    const refused = await vigie(['backups', 'restore', 'latest', '--table', 'polices', ...config])
    assert.notEqual(refused.code, 0)
    assert.match(refused.stdout + refused.stderr, /holds no table polices/)
    assert.match(refused.stdout + refused.stderr, /public\.policies/)
  })
})
