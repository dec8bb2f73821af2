import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { storedDump } from '../../../../test/support/stored-dump.ts'
import type { RestoreWanted } from '../../../core/backup.ts'
import type { Action } from '../../../core/task.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { planPostgresRestore, restorePostgres } from './postgres-restore.ts'

const schemaSql = `
  create extension citext; create extension pg_trgm;
  create table events (at date not null, id int not null, name citext, primary key (at, id)) partition by range (at);
  create table events_1 partition of events for values from ('2026-01-01') to ('2026-02-01');
  create table events_2 partition of events for values from ('2026-02-01') to ('2026-03-01');
  create index on events (name);
  create table parents (id int primary key); create table children (extra int) inherits (parents);
  create table log (line text, at point);
  insert into events select date '2026-01-01' + n % 59, n, 'e' || n from generate_series(1, 500) n;
  insert into parents select generate_series(1, 10); insert into children select n, n from generate_series(11, 20) n;
  insert into log select 'l' || n % 5, point(n, n) from generate_series(1, 100) n`

for (const major of [15, 18] as const)
  describe(`a restore by a role that is no superuser, on PostgreSQL ${major}`, { timeout: 300_000 }, () => {
    let server: PostgresServer | undefined
    let dump: Awaited<ReturnType<typeof storedDump>> | undefined
    let [url, bin, dataDir] = ['', '', '']

    before(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'vigie-restore-role-'))
      bin = await postgresPrograms(major)
      server = await startPostgres({ major })
      const admin = await connect(server.url())
      await admin.query("create role app login createdb password 'x'")
      await admin.query('create database "the shop" owner app')
      await admin.end()
      url = server.url('the%20shop', 'app', 'x')
      const client = await connect(url)
      await client.query(schemaSql)
      await client.end()
      dump = await storedDump(url, major)
    })
    after(async () => {
      await dump?.remove()
      await server?.stop()
      await rm(dataDir, { recursive: true, force: true })
    })

    async function restore(wanted: Partial<RestoreWanted>, backup: object = { bin }): Promise<string> {
      assert.ok(dump)
      const ctx = testContext({ timeoutMs: 120_000, dataDir })
      const options = postgresOptions.parse({ url, backup })
      try {
        const plan = await planPostgresRestore(options)(ctx, dump.stored, { over: false, only: [], ...wanted })
        assert.equal(plan.length, 1)
        const [action] = plan
        assert.ok(action)
        const kept: Action = JSON.parse(JSON.stringify(action))
        const outcome = await restorePostgres(options)(ctx, dump.stored, kept)
        assert.equal(outcome.status, 'done', JSON.stringify(outcome))
        return JSON.stringify([plan, outcome])
      } finally {
        await ctx.close()
      }
    }

    const value = async (sql: string, at = url): Promise<unknown> => {
      const client = await connect(at)
      try {
        return (await client.query(sql)).rows[0]?.it
      } finally {
        await client.end()
      }
    }

    it('goes beside and over', async () => {
      assert.ok(server)
      assert.match(await restore({}), /the shop_restored_20261121_0204/)
      assert.equal(
        await value(
          'select count(*)::int as it from events',
          server.url('the%20shop_restored_20261121_0204', 'app', 'x'),
        ),
        500,
      )
      await value("insert into log values ('since')")
      assert.match(await restore({ over: true }), /the shop_before_20261121_0204/)
      assert.equal(await value('select count(*)::int as it from log'), 100)
      assert.equal(
        await value('select count(*)::int as it from log', server.url('the%20shop_before_20261121_0204', 'app', 'x')),
        101,
      )
    })

    it('says what it may not bring along beside, and refuses to lose it over, before the long work', async () => {
      assert.ok(server)
      const admin = await connect(server.url())
      await admin.query(`alter role postgres in database "the shop" set work_mem to '9MB'`)
      try {
        assert.match(await restore({ to: 'without' }), /"isWhole":false/)
        await assert.rejects(restore({ over: true }), /postgres\.refused .*alter role/)
        const { rows } = await admin.query("select datname from pg_database where datname like 'vigie_restore%'")
        assert.deepEqual(rows, [])
        await admin.query('drop database without')
      } finally {
        await admin.query('alter role postgres in database "the shop" reset all')
        await admin.end()
      }
    })

    it('goes through a command that stands for a container, without a file of its own', async () => {
      const through = ['env', `PATH=${bin}:/usr/bin:/bin`]
      assert.match(await restore({ to: 'through' }, { through, url }), /"rows":620/)
    })

    it('takes a table over partitions, dropped whole, one partition of it, or changed within', async () => {
      await value('drop table events')
      assert.match(await restore({ only: ['events'] }), /"rows":500/)
      assert.equal(await value('select count(*)::int as it from events'), 500)
      assert.equal(await value("select count(*)::int as it from pg_indexes where tablename like 'events%'"), 6)
      await value('drop table events_1')
      await restore({ only: ['events_1'] })
      assert.equal(await value('select count(*)::int as it from events'), 500)
      await value("update events set name = name || '!' where id < 50")
      assert.match(await restore({ only: ['events'] }), /"written":49,"removed":49/)
      assert.equal(await value("select count(*)::int as it from events where name like '%!'"), 0)
    })

    it('touches the table alone that others inherit from, and one without a key', async () => {
      await value('delete from parents where id in (1, 11)')
      assert.match(await restore({ only: ['parents'] }), /"written":1,"removed":0/)
      assert.equal(await value('select count(*)::int as it from parents'), 19)
      await value("delete from log where line = 'l1'")
      await value("insert into log values ('more')")
      assert.match(await restore({ only: ['log'] }), /"written":100,"removed":81/)
      assert.equal(await value('select count(*)::int as it from log'), 100)
    })

    it('refuses tables of others, and says whose they are', async () => {
      assert.ok(server)
      const admin = await connect(server.url('the%20shop'))
      await admin.query('alter table log owner to postgres')
      await admin.end()
      await assert.rejects(restore({ only: ['log'] }), {
        text: {
          code: 'postgres.restore-table-refused',
          params: { table: 'public.log', why: 'not-ours', detail: 'postgres' },
        },
      })
    })
  })
