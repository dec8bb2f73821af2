import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import { sha256 } from '../../core/hash.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'
import { prismaOptions } from './options.ts'
import { prismaTool as tool } from './tool.ts'

/** As Prisma makes it (its schema engine, `create_migrations_table`). */
const table = `
  create table _prisma_migrations (
    id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
    started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`

describe('the migrations of a Prisma project', () => {
  let server: PostgresServer

  before(async () => {
    server = await startPostgres({ major: 15 })
  })
  after(() => server?.stop())

  it('are told by folder and table: applied, changed, failed, rolled back, lost and pending', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigie-prisma-'))
    const ctx = testContext({ timeoutMs: 30_000 })
    const client = await connect(server.url())
    try {
      const site = { dir, options: prismaOptions.parse({ kind: 'prisma', url: server.url(), command: ['false'] }) }
      await assert.rejects(tool.list(site, ctx), /prisma\.no-folder/)
      const folder = (id: string): string => join(dir, 'prisma', 'migrations', id)
      for (const id of ['1_ok', '2_changed', '3_failed', '4_retried', '5_next']) {
        mkdirSync(folder(id), { recursive: true })
        writeFileSync(join(folder(id), 'migration.sql'), `select '${id}';`)
      }
      writeFileSync(join(dir, 'prisma', 'migrations', 'migration_lock.toml'), 'provider = "postgresql"')
      assert.ok((await tool.list(site, ctx)).migrations.every(({ state }) => state === 'pending'))
      await client.query(table)
      const row = (
        id: string,
        name: string,
        checksum: string,
        finished: string,
        rolledBack = 'null',
      ): Promise<unknown> =>
        client.query(
          `insert into _prisma_migrations (id, migration_name, checksum, finished_at, rolled_back_at) values ($1, $2, $3, ${finished}, ${rolledBack})`,
          [id, name, checksum],
        )
      await row('a', '1_ok', sha256(`select '1_ok';`), 'now()')
      await row('b', '2_changed', sha256('something else'), 'now()')
      await row('c', '3_failed', sha256(`select '3_failed';`), 'null')
      await row('d', '4_retried', sha256(`select '4_retried';`), 'null', 'now()')
      await row('e', '0_lost', sha256(''), 'now()')
      const { migrations } = await tool.list(site, ctx)
      assert.deepEqual(
        migrations.map(({ id, state }) => `${id} ${state}`),
        [
          '1_ok applied',
          '2_changed drifted',
          '3_failed failed',
          '4_retried pending',
          '5_next pending',
          '0_lost unknown',
        ],
      )
      assert.match(migrations[0]?.appliedAt ?? '', /^\d{4}-\d\d-\d\dT.*Z$/)
      await assert.rejects(tool.apply(site, '5_next', ctx), /prisma\.failed/)
      const [made = ''] = await tool.create(site, { name: 'More notes', isAuto: false }, ctx)
      assert.match(made, /^prisma\/migrations\/\d{14}_more_notes\/migration\.sql$/)
    } finally {
      await client.end()
      await ctx.close()
      rmSync(dir, { recursive: true, force: true })
    }
  })
})
