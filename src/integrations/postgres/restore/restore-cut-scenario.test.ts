import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { storedDump } from '../../../../test/support/stored-dump.ts'
import type { RestoreWanted } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { planPostgresRestore, restorePostgres } from './postgres-restore.ts'

const limitMs = 60_000

describe('a restore that others are in the way of', { timeout: 300_000 }, () => {
  let server: PostgresServer | undefined
  let admin: Awaited<ReturnType<typeof connect>> | undefined
  let dump: Awaited<ReturnType<typeof storedDump>> | undefined
  let [url, bin, dataDir] = ['', '', '']

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vigie-restore-cut-'))
    bin = await postgresPrograms(18)
    server = await startPostgres({ major: 18, settings: { wal_level: 'logical' } })
    url = server.url('shop')
    admin = await connect(server.url())
    await admin.query('create database shop')
    const shop = await connect(url)
    // The index takes a second: there is a time to be cut in.
    await shop.query(`
      create function slow(int) returns int language plpgsql immutable as $$ begin perform pg_sleep(0.02); return $1; end $$;
      create table orders (id int primary key); insert into orders select generate_series(1, 100);
      create index on orders (slow(id))`)
    await shop.end()
    dump = await storedDump(url, 18)
  })
  after(async () => {
    await dump?.remove()
    await admin?.end()
    await server?.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  async function restore(wanted: Partial<RestoreWanted>): Promise<string> {
    assert.ok(dump)
    const ctx = testContext({ timeoutMs: 120_000, dataDir })
    const options = postgresOptions.parse({ url, backup: { bin } })
    try {
      const plan = await planPostgresRestore(options)(ctx, dump.stored, { over: false, only: [], ...wanted })
      for (const action of plan) await restorePostgres(options)(ctx, dump.stored, action)
      return 'done'
    } catch (error) {
      if (!(error instanceof VigieError)) throw error
      assert.ok(error.hint)
      return `${'failure' in error ? error.failure : error.code} ${JSON.stringify(error.text)}`
    } finally {
      await ctx.close()
    }
  }

  const names = async (): Promise<readonly string[]> =>
    (
      await admin?.query("select datname from pg_database where datname !~ '^(template|postgres)' order by 1")
    )?.rows.map(({ datname }) => datname) ?? []

  it('ends with what was made removed when its connection is cut', async () => {
    assert.ok(admin)
    const going = restore({ over: true })
    const work = "from pg_stat_activity where application_name = 'pg_restore' and query ~* 'create index'"
    await until(admin, `select 1 ${work}`, limitMs)
    await admin.query(`select pg_terminate_backend(pid) ${work}`)
    assert.match(await going, /^unreachable /)
    assert.deepEqual(await names(), ['shop'])
  })

  it('of a table leaves the rest as it was when its session is ended', async () => {
    assert.ok(admin)
    const shop = await connect(url)
    await shop.query('drop table orders')
    const going = restore({ only: ['orders'] })
    const work = "from pg_stat_activity where application_name = 'vigie' and query ~* '^create index'"
    await until(admin, `select 1 ${work}`, limitMs)
    await admin.query(`select pg_terminate_backend(pid) ${work}`)
    assert.match(await going, /^action-refused .*"why":"cut"/)
    assert.deepEqual((await shop.query("select to_regclass('orders') as it")).rows, [{ it: null }])
    assert.equal(await restore({ only: ['orders'] }), 'done')
    await shop.end()
  })

  it('does not go over a database that is copied or replicated, and names by whom', async () => {
    assert.ok(admin)
    const copying = await connect(url, 'pg_dump')
    assert.match(await restore({ over: true }), /^action-refused .*"why":"busy"/)
    await copying.query("select pg_create_logical_replication_slot('feed', 'pgoutput')")
    await copying.end()
    await until(
      admin,
      "select 1 where not exists (select 1 from pg_stat_activity where application_name = 'pg_dump')",
      limitMs,
    )
    assert.match(await restore({ over: true }), /^action-refused .*"why":"ties","detail":"feed"/)
    const shop = await connect(url)
    await shop.query("select pg_drop_replication_slot('feed')")
    await shop.end()
    assert.deepEqual(await names(), ['shop'])
  })
})
