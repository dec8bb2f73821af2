import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { type TestContext, testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import { VigieError } from '../../core/errors.ts'
import type { MigrationSite } from '../../core/migrations.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'
import { type SqlFolderOptions, sqlFolderOptions } from './options.ts'
import { sqlFolderTool as tool } from './tool.ts'

describe('a folder of SQL files', () => {
  let server: PostgresServer
  let ctx: TestContext
  let dir: string
  let site: MigrationSite<SqlFolderOptions>
  let number = 0

  before(async () => {
    server = await startPostgres({ major: 15 })
  })
  after(() => server?.stop())
  beforeEach(async () => {
    const name = `db${++number}`
    await onServer(server.url(), `create database ${name}`)
    dir = mkdtempSync(join(tmpdir(), 'vigie-sql-'))
    ctx = testContext({ timeoutMs: 30_000 })
    site = { dir, options: sqlFolderOptions.parse({ kind: 'sql-folder', folder: '.', url: server.url(name) }) }
  })
  afterEach(async () => {
    await ctx.close()
    rmSync(dir, { recursive: true, force: true })
  })

  async function onServer(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = await connect(url)
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  }
  const onDatabase = (sql: string): Promise<readonly Record<string, unknown>[]> =>
    onServer(String(site.options.url), sql)
  const write = (name: string, sql: string): void => writeFileSync(join(dir, name), sql)
  const states = async (): Promise<string[]> =>
    (await tool.list(site, ctx)).migrations.map(({ id, state }) => `${id} ${state}`)
  const refused = (code: string, text: string) => (error: unknown) =>
    error instanceof VigieError && error.code === code && error.text.code === text

  it('is applied in the order of its numbers up to the one that is named, and taken back', async () => {
    write('10_last.sql', 'create table last (id int)')
    write('2_second.up.sql', 'alter table first add note text; insert into first values (1, $$a;b$$)')
    write('2_second.down.sql', 'alter table first drop note')
    write('1_first.sql', 'create table first (id int)')
    write('readme.sql', 'nonsense')
    assert.deepEqual(await states(), ['1_first pending', '2_second pending', '10_last pending'])
    assert.equal((await onDatabase(`select 1 from pg_class where relname = 'vigie_migrations'`)).length, 0)
    await tool.apply(site, '2_second', ctx)
    assert.deepEqual(await states(), ['1_first applied', '2_second applied', '10_last pending'])
    assert.deepEqual(await onDatabase('select * from first'), [{ id: 1, note: 'a;b' }])
    await tool.revert?.(site, '2_second', ctx)
    assert.deepEqual(await states(), ['1_first applied', '2_second pending', '10_last pending'])
    assert.deepEqual(await onDatabase('select * from first'), [{ id: 1 }])
    await assert.rejects(
      tool.revert?.(site, '1_first', ctx) ?? Promise.resolve(),
      refused('action-refused', 'sql-folder.no-down'),
    )
    const { notes } = await tool.list(site, ctx)
    assert.deepEqual(
      notes.map(({ params }) => params),
      [{ names: 'readme.sql' }],
    )
  })

  it('leaves nothing of a file that fails in its middle, and keeps those before it', async () => {
    write('1_good.sql', 'create table good (id int)')
    write('2_bad.sql', 'create table half (id int); select 1 / 0; create table never (id int)')
    await assert.rejects(tool.apply(site, '2_bad', ctx), /division by zero/)
    assert.deepEqual(await states(), ['1_good applied', '2_bad pending'])
    assert.equal((await onDatabase(`select 1 from pg_class where relname in ('half', 'never')`)).length, 0)
  })

  it('without a transaction is failed when it did not come to its end, and its statements run one by one', async () => {
    write('1_table.sql', 'create table t (id int)')
    write('2_index.sql', '-- vigie: no transaction\ncreate index concurrently by_id on t (id); select 1;')
    await tool.apply(site, '2_index', ctx)
    write('3_bad.sql', '-- vigie: no transaction\ncreate index concurrently "é;x" on t (id);\nselect 1 / 0;')
    await assert.rejects(tool.apply(site, '3_bad', ctx), /division by zero/)
    assert.deepEqual(await states(), ['1_table applied', '2_index applied', '3_bad failed'])
    assert.equal((await onDatabase(`select 1 from pg_class where relname = 'é;x'`)).length, 1)
  })

  it('tells a changed file, a lost one, a late one and two of one number', async () => {
    write('1_a.sql', 'create table a (id int)')
    write('3_c.sql', 'create table c (id int)')
    write('4_d.sql', 'create table d (id int)')
    await tool.apply(site, '4_d', ctx)
    write('1_a.sql', 'create table a (id bigint)')
    rmSync(join(dir, '3_c.sql'))
    write('2_b.sql', 'create table b (id int)')
    write('5_e.sql', '')
    write('5_f.sql', '')
    const { migrations, heads } = await tool.list(site, ctx)
    assert.deepEqual(
      migrations.map(({ id, state, detail }) => [id, state, detail?.code]),
      [
        ['1_a', 'drifted', 'sql-folder.changed'],
        ['2_b', 'pending', 'sql-folder.late'],
        ['4_d', 'applied', undefined],
        ['5_e', 'pending', undefined],
        ['5_f', 'pending', undefined],
        ['3_c', 'unknown', 'sql-folder.not-in-folder'],
      ],
    )
    assert.deepEqual(heads, ['5_e', '5_f'])
  })

  it('refuses a file that commits by itself, and one that is no SQL', async () => {
    write('1_own.sql', 'begin; create table t (id int); commit')
    await assert.rejects(tool.apply(site, '1_own', ctx), refused('action-refused', 'sql-folder.own-transaction'))
    rmSync(join(dir, '1_own.sql'))
    write('2_odd.sql', 'creat table t')
    await assert.rejects(tool.apply(site, '2_odd', ctx), refused('action-refused', 'sql-folder.not-parsed'))
    assert.deepEqual(await states(), ['2_odd pending'])
  })

  it('gives up on a lock after its limit, and says so', async () => {
    write('1_t.sql', 'create table t (id int)')
    await tool.apply(site, '1_t', ctx)
    write('2_t.sql', 'alter table t add note text')
    const holder = await connect(String(site.options.url))
    await holder.query('begin; select * from t')
    const impatient = { ...site, options: { ...site.options, lockTimeout: 200 } }
    await assert.rejects(tool.apply(impatient, '2_t', ctx), /lock timeout/)
    await holder.end()
    assert.deepEqual(await states(), ['1_t applied', '2_t pending'])
  })

  it('is applied by one at a time', async () => {
    write('1_slow.sql', 'select pg_sleep(0.3); create table t (id int)')
    const both = await Promise.allSettled([tool.apply(site, '1_slow', ctx), tool.apply(site, '1_slow', ctx)])
    assert.ok(both.some(({ status }) => status === 'fulfilled'))
    for (const one of both)
      if (one.status === 'rejected') assert.ok(refused('locked', 'sql-folder.busy')(one.reason), String(one.reason))
    assert.deepEqual(await states(), ['1_slow applied'])
  })

  it('makes the next file with the next number, and never over another', async () => {
    assert.deepEqual(await tool.create(site, { name: 'First table', isAuto: false }, ctx), ['0001_first_table.sql'])
    assert.deepEqual(await tool.create(site, { name: 'more-notes', isAuto: false }, ctx), ['0002_more_notes.sql'])
    assert.deepEqual(readdirSync(dir).toSorted(), ['0001_first_table.sql', '0002_more_notes.sql'])
  })

  it('that cannot be read, or whose database gives no answer, is told', async () => {
    const nowhere = { ...site, options: { ...site.options, folder: 'nowhere' } }
    await assert.rejects(tool.list(nowhere, ctx), refused('usage', 'sql-folder.no-folder'))
    const wrong = { ...site, options: { ...site.options, url: server.url('postgres', 'postgres', 'wrong') } }
    await assert.rejects(tool.list(wrong, ctx), refused('database-unavailable', 'sql-session.not-reached'))
  })
})
