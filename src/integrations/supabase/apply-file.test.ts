import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import { VigieError } from '../../core/errors.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'
import { supabaseOptions } from './options.ts'
import { supabaseTool as tool } from './tool.ts'

for (const major of [15, 18]) {
  describe(`the migrations of a Supabase project without its CLI, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let number = 0

    before(async () => {
      server = await startPostgres({ major })
    })
    after(() => server?.stop())

    async function project(lockTimeout = '5s') {
      const name = `db${++number}`
      const query = async (sql: string, url = server.url(name)): Promise<Record<string, unknown>[]> => {
        const client = await connect(url)
        try {
          return (await client.query<Record<string, unknown>>(sql)).rows
        } finally {
          await client.end()
        }
      }
      await query(`create database ${name}`, server.url())
      const dir = mkdtempSync(join(tmpdir(), 'vigie-supabase-'))
      const options = { kind: 'supabase', url: server.url(name), apply: 'sql', folder: '.', lockTimeout }
      const site = { dir, options: supabaseOptions.parse(options) }
      const ctx = testContext({ timeoutMs: 60_000 })
      return {
        site,
        ctx,
        query,
        write: (id: string, sql: string): void => writeFileSync(join(dir, `${id}.sql`), sql),
        states: async () => (await tool.list(site, ctx)).migrations.map(({ id, state }) => `${id} ${state}`),
        kept: () => query('select * from supabase_migrations.schema_migrations order by version'),
        close: async (): Promise<void> => {
          await ctx.close()
          rmSync(dir, { recursive: true, force: true })
        },
      }
    }
    const refused = (code: string, text: string, told: RegExp) => (error: unknown) =>
      error instanceof VigieError &&
      error.code === code &&
      error.text.code === text &&
      told.test(JSON.stringify(error.text.params))

    it('are applied up to the one that is named, each with its row as the CLI keeps it, and once', async () => {
      const { site, ctx, query, write, states, kept, close } = await project()
      try {
        write('20260101_Ä_first', `create table "Ä;b" (id int);\ninsert into "Ä;b" -- a; comment\nvalues (1);`)
        write('20260102_body', `create function f() returns int language plpgsql as $$ begin return 1; end $$;`)
        write('20260103_empty', '-- nothing yet\n')
        write('20260104_later', 'create table later (id int)')
        await tool.apply(site, '20260103_empty', ctx)
        const [first, second, third] = ['20260101_Ä_first applied', '20260102_body applied', '20260103_empty applied']
        assert.deepEqual(await states(), [first, second, third, '20260104_later pending'])
        const rows = [
          {
            version: '20260101',
            name: 'Ä_first',
            statements: ['create table "Ä;b" (id int)', 'insert into "Ä;b" -- a; comment\nvalues (1)'],
          },
          {
            version: '20260102',
            name: 'body',
            statements: ['create function f() returns int language plpgsql as $$ begin return 1; end $$'],
          },
          { version: '20260103', name: 'empty', statements: [] },
        ]
        assert.deepEqual(await kept(), rows)
        await tool.apply(site, '20260103_empty', ctx)
        assert.deepEqual(await kept(), rows)
        assert.deepEqual(await query('select id from "Ä;b"'), [{ id: 1 }])
      } finally {
        await close()
      }
    })

    it('leave nothing of one that fails, name it, keep those before it, and set nothing for the next', async () => {
      const { site, ctx, query, write, states, close } = await project()
      try {
        write('1_good', `set search_path = ''; create table public.good (id int)`)
        write('2_bad', 'create table half (id int); select 1 / 0')
        write('3_never', 'create table never (id int)')
        const because = refused('action-refused', 'supabase.file-failed', /2_bad: division by zero/)
        await assert.rejects(tool.apply(site, '3_never', ctx), because)
        assert.deepEqual(await states(), ['1_good applied', '2_bad pending', '3_never pending'])
        assert.deepEqual(await query(`select relname from pg_class where relname in ('half', 'never')`), [])
        write('2_bad', 'create table half (id int)')
        await tool.apply(site, '3_never', ctx)
        assert.deepEqual(await states(), ['1_good applied', '2_bad applied', '3_never applied'])
      } finally {
        await close()
      }
    })

    it('that commit by themselves, are no SQL, or need to be outside a transaction are refused', async () => {
      const { site, ctx, write, states, close } = await project()
      const odd = { '1_own': 'begin; create table t (id int); commit', '1_odd': 'creat table t' }
      try {
        write('1_x', odd['1_own'])
        await assert.rejects(tool.apply(site, '1_x', ctx), refused('action-refused', 'supabase.own-transaction', /1_x/))
        write('1_x', odd['1_odd'])
        await assert.rejects(tool.apply(site, '1_x', ctx), refused('action-refused', 'supabase.not-parsed', /syntax/))
        write('1_x', 'create table t (id int); create index concurrently on t (id)')
        const inside = refused('action-refused', 'supabase.file-failed', /transaction block/)
        await assert.rejects(tool.apply(site, '1_x', ctx), inside)
        assert.deepEqual(await states(), ['1_x pending'])
      } finally {
        await close()
      }
    })

    it('that come out of their order, wait for a lock, or come while another one applies are refused', async () => {
      const { site, ctx, query, write, states, close } = await project('200ms')
      const holder = await connect(String(site.options.url))
      try {
        // As an older CLI made it.
        await query(
          `create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text primary key)`,
        )
        write('2_t', 'create table t (id int)')
        await tool.apply(site, '2_t', ctx)
        write('1_late', 'create table late (id int)')
        write('3_t', 'alter table t add note text')
        const late = refused('action-refused', 'supabase.late-refused', /1_late/)
        await assert.rejects(tool.apply(site, '3_t', ctx), late)
        rmSync(join(site.dir, '1_late.sql'))
        await holder.query('begin; select * from t')
        await assert.rejects(tool.apply(site, '3_t', ctx), /lock timeout/)
        await holder.query(`rollback; begin; select pg_advisory_xact_lock(hashtextextended('supabase_migrations', 0))`)
        await assert.rejects(tool.apply(site, '3_t', ctx), refused('locked', 'supabase.busy', /./))
        assert.deepEqual(await states(), ['2_t applied', '3_t pending'])
      } finally {
        await holder.end()
        await close()
      }
    })

    it('need no right to make the table where it is there, and say which right is missing', async () => {
      const { site, ctx, query, write, states, close } = await project()
      try {
        write('1_t', 'create table t (id int)')
        await tool.apply(site, '1_t', ctx)
        const role = `m${number}`
        await query(
          `create role ${role} login password 'only-for-tests'; grant usage on schema supabase_migrations to ${role};
           grant select, insert on supabase_migrations.schema_migrations to ${role};
           grant create, usage on schema public to ${role}`,
        )
        const url = server.url(`db${number}`, role, 'only-for-tests')
        const asRole = { ...site, options: supabaseOptions.parse({ ...site.options, url, lockTimeout: '5s' }) }
        write('2_u', 'create table u (id int)')
        await tool.apply(asRole, '2_u', ctx)
        write('3_t', 'alter table t add note text')
        const because = refused('action-refused', 'supabase.file-failed', /3_t: must be owner of table t/)
        await assert.rejects(tool.apply(asRole, '3_t', ctx), because)
        assert.deepEqual(await states(), ['1_t applied', '2_u applied', '3_t pending'])
      } finally {
        await close()
      }
    })
  })
}
