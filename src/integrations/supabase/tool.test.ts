import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'
import { supabaseOptions } from './options.ts'
import { supabaseTool as tool } from './tool.ts'

describe('the migrations of a Supabase project', () => {
  let server: PostgresServer

  before(async () => {
    server = await startPostgres({ major: 15 })
  })
  after(() => server?.stop())

  it('are told by folder and table: applied, pending, late, lost, and two of one version', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigie-supabase-'))
    const ctx = testContext({ timeoutMs: 30_000 })
    const client = await connect(server.url())
    try {
      const site = { dir, options: supabaseOptions.parse({ kind: 'supabase', url: server.url(), apply: ['false'] }) }
      await assert.rejects(tool.list(site, ctx), /supabase\.no-folder/)
      mkdirSync(join(dir, 'supabase', 'migrations'), { recursive: true })
      for (const name of [
        '20260101_a.sql',
        '20260102_late.sql',
        '20260103_c.sql',
        '20260104_d.sql',
        '20260104_e.sql',
        'seed.sql',
      ])
        writeFileSync(join(dir, 'supabase', 'migrations', name), `select '${name}';`)
      assert.ok((await tool.list(site, ctx)).migrations.every(({ state }) => state === 'pending'))
      await client.query(
        `create schema supabase_migrations;
         create table supabase_migrations.schema_migrations (version text not null primary key, statements text[], name text);
         insert into supabase_migrations.schema_migrations (version) values ('20260101'), ('20260103'), ('20250101')`,
      )
      const { migrations, heads } = await tool.list(site, ctx)
      assert.deepEqual(
        migrations.map(({ id, state, detail }) => [id, state, detail?.code]),
        [
          ['20260101_a', 'applied', undefined],
          ['20260102_late', 'pending', 'supabase.late'],
          ['20260103_c', 'applied', undefined],
          ['20260104_d', 'pending', undefined],
          ['20260104_e', 'pending', undefined],
          ['20250101', 'unknown', 'supabase.not-in-folder'],
        ],
      )
      assert.deepEqual(heads, ['20260104_d', '20260104_e'])
      await assert.rejects(tool.apply(site, '20260104_d', ctx), /supabase\.failed/)
      const [made = ''] = await tool.create(site, { name: 'More notes', isAuto: false }, ctx)
      assert.match(made, /^supabase\/migrations\/\d{14}_more_notes\.sql$/)
    } finally {
      await client.end()
      await ctx.close()
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
