import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { supabaseCli } from '../../../scripts/provision/migration-tools.ts'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'
import { supabaseOptions } from './options.ts'
import { pushTo, saidIn } from './push.ts'
import { supabaseTool as tool } from './tool.ts'

describe('the migrations of a Supabase project, applied by its CLI', () => {
  let server: PostgresServer
  let cli: string

  before(async () => {
    cli = await supabaseCli()
    server = await startPostgres({ major: 15 })
  })
  after(() => server?.stop())

  it('go to the database that was looked at; one that fails leaves nothing; Vigie and the CLI go on after each other', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigie-supabase-'))
    const ctx = testContext({ timeoutMs: 120_000 })
    const url = server.url()
    const client = await connect(url)
    try {
      const env = { SUPABASE_TELEMETRY_DISABLED: '1', HOME: dir }
      const own = { kind: 'supabase', url, env, lockTimeout: '300ms', apply: 'push', command: [cli] }
      const site = { dir, options: supabaseOptions.parse(own) }
      const bySql = { dir, options: { ...site.options, apply: 'sql' as const } }
      const states = async (): Promise<string[]> =>
        (await tool.list(site, ctx)).migrations.map(({ id, state }) => `${id} ${state}`)
      const rows = async (): Promise<unknown[]> =>
        (await client.query('select * from supabase_migrations.schema_migrations order by version')).rows
      const write = (file: string, sql: string): void => writeFileSync(join(dir, file), sql)

      const [first = ''] = await tool.create(site, { name: 'First table', isAuto: false }, ctx)
      const id = first.slice('supabase/migrations/'.length, -'.sql'.length)
      write(first, 'create table t (id int);\ninsert into t values (1);\n')
      assert.deepEqual(await states(), [`${id} pending`])
      await tool.apply(site, id, ctx)
      await tool.apply(site, id, ctx)
      assert.deepEqual(await states(), [`${id} applied`])

      const next = '90000000000001_next'
      write(`supabase/migrations/${next}.sql`, `create table half (id int);\nselect 1\n\n\n\n\n/\n\n0;`)
      await assert.rejects(tool.apply(site, next, ctx), /supabase\.failed.*division by zero/)
      assert.deepEqual(await states(), [`${id} applied`, `${next} pending`])
      assert.equal((await client.query(`select from pg_class where relname = 'half'`)).rowCount, 0)

      write(`supabase/migrations/${next}.sql`, 'alter table t add note text;')
      await client.query('begin; select * from t')
      await assert.rejects(tool.apply(site, next, ctx), /lock timeout/)
      await client.query('rollback')
      await tool.apply(bySql, next, ctx)
      write('supabase/migrations/90000000000000_late.sql', 'create table late (id int);')
      await assert.rejects(tool.apply(site, '90000000000000_late', ctx), /supabase\.failed.*90000000000000_late/)
      rmSync(join(dir, 'supabase/migrations/90000000000000_late.sql'))
      write('supabase/migrations/90000000000002_last.sql', 'alter table t add other text;')
      await tool.apply(site, '90000000000002_last', ctx)
      const kept = (version: string, name: string, ...statements: string[]): unknown => ({ version, statements, name })
      const [version = ''] = id.split('_')
      assert.deepEqual(await rows(), [
        kept(version, 'first_table', 'create table t (id int)', 'insert into t values (1)'),
        kept('90000000000001', 'next', 'alter table t add note text'),
        kept('90000000000002', 'last', 'alter table t add other text'),
      ])
      assert.equal((await client.query('select * from t')).rowCount, 1)

      const stranger = { ...own, url: server.url('postgres', 'postgres', 'not-it') }
      const wrong = { dir, options: supabaseOptions.parse(stranger) }
      await assert.rejects(tool.apply(wrong, next, ctx), /supabase\.failed.*password/)
    } finally {
      await client.end()
      await ctx.close()
      rmSync(dir, { recursive: true, force: true })
    }
  })

  it('are told their database without its password on the command line', async () => {
    const ctx = testContext({})
    const push = (url: string) => pushTo({ dir: '.', options: supabaseOptions.parse({ kind: 'supabase', url }) }, ctx)
    const to = (address: string): string[] => ['npx', 'supabase', 'db', 'push', '--yes', `--db-url=${address}`]
    try {
      assert.deepEqual(await push('postgres://me:p%40ss@db:6543/shop?sslmode=require'), {
        argv: to('postgres://me@db:6543/shop?sslmode=require'),
        env: { PGPASSWORD: 'p@ss' },
      })
      assert.deepEqual(await push('postgres://me@db/shop?password=p%40ss'), {
        argv: to('postgres://me@db/shop'),
        env: { PGPASSWORD: 'p@ss' },
      })
      assert.deepEqual(await push('postgres://me@db/shop'), { argv: to('postgres://me@db/shop'), env: {} })
      await assert.rejects(push('/run/postgresql shop'), /supabase\.no-address/)
    } finally {
      await ctx.close()
    }
  })

  it('say what PostgreSQL said, whatever stands around it', () => {
    const help = 'Try rerunning the command with --debug to troubleshoot the error.'
    assert.equal(
      saidIn(`Applying x...\nERROR: no\nAt statement: 1\n${'select\n'.repeat(9)}${help}\n`),
      'ERROR: no · At statement: 1 · select · select',
    )
    assert.equal(
      saidIn(`Found files\n\nsupabase/migrations/1_late.sql\n${help}`),
      'Found files · supabase/migrations/1_late.sql',
    )
    assert.equal(saidIn(`${help}\n`), '')
  })
})
