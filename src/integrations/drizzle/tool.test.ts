import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { migrationTools } from '../../../scripts/provision/migration-tools.ts'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { VigieError } from '../../core/errors.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'
import { drizzleOptions } from './options.ts'
import { listOf, drizzleTool as tool } from './tool.ts'

describe('the migrations of a Drizzle project', () => {
  let server: PostgresServer
  let modules: string

  before(async () => {
    modules = await migrationTools()
    server = await startPostgres({ major: 18 })
  })
  after(() => server?.stop())

  it('are made from the schema, applied by drizzle-kit, and told when a file changed or fails', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigie-drizzle-'))
    const ctx = testContext({ timeoutMs: 120_000 })
    const url = server.url()
    try {
      symlinkSync(modules, join(dir, 'node_modules'))
      writeFileSync(join(dir, 'package.json'), '{}')
      writeFileSync(
        join(dir, 'drizzle.config.js'),
        `module.exports = { dialect: 'postgresql', schema: './schema.js', out: './drizzle', dbCredentials: { url: process.env.DATABASE_URL } }`,
      )
      const schema = (columns: string): void =>
        writeFileSync(
          join(dir, 'schema.js'),
          `const { pgTable, serial, text } = require('drizzle-orm/pg-core'); exports.bookings = pgTable('bookings', { id: serial('id').primaryKey(), ${columns} })`,
        )
      const command = [process.execPath, 'node_modules/drizzle-kit/bin.cjs']
      const site = { dir, options: drizzleOptions.parse({ kind: 'drizzle', url, command, env: { DATABASE_URL: url } }) }
      const states = async (): Promise<string[]> =>
        (await tool.list(site, ctx)).migrations.map(({ id, state }) => `${id} ${state}`)

      schema('')
      await assert.rejects(tool.list(site, ctx), /drizzle\.no-journal/)
      assert.deepEqual(await tool.create(site, { name: 'First table', isAuto: true }, ctx), [
        'drizzle/0000_first_table.sql',
      ])
      assert.deepEqual(await states(), ['0000_first_table pending'])
      const sql = await tool.pendingSql(site, '0000_first_table', ctx)
      assert.match(sql.ok ? sql.sql : '', /CREATE TABLE "bookings"/)
      await tool.apply(site, '0000_first_table', ctx)
      assert.deepEqual(await states(), ['0000_first_table applied'])

      schema(`note: text('note')`)
      await tool.create(site, { name: 'note', isAuto: true }, ctx)
      assert.deepEqual(await states(), ['0000_first_table applied', '0001_note pending'])
      const file = join(dir, 'drizzle', '0001_note.sql')
      const right = readFileSync(file, 'utf8')
      writeFileSync(file, `${right}\n--> statement-breakpoint\nselect 1 / 0;`)
      const isSilent = (error: unknown): boolean =>
        error instanceof VigieError && error.text.code === 'drizzle.failed' && error.text.params['detail'] === ''
      await assert.rejects(tool.apply(site, '0001_note', ctx), isSilent)
      assert.deepEqual(await states(), ['0000_first_table applied', '0001_note pending'])
      writeFileSync(file, right)
      await tool.apply(site, '0001_note', ctx)
      appendFileSync(join(dir, 'drizzle', '0000_first_table.sql'), '\n-- another thought')
      assert.deepEqual(await states(), ['0000_first_table drifted', '0001_note applied'])
    } finally {
      await ctx.close()
      rmSync(dir, { recursive: true, force: true })
    }
  })

  it('that Drizzle would pass over, or that the journal lost, are unknown', () => {
    const { migrations } = listOf(
      [
        { tag: 'a', when: 1, hash: 'x' },
        { tag: 'late', when: 2, hash: 'y' },
        { tag: 'next', when: 9, hash: 'z' },
      ],
      [
        { when: 1, hash: 'x' },
        { when: 5, hash: 'w' },
      ],
    )
    assert.deepEqual(
      migrations.map(({ id, state }) => [id, state]),
      [
        ['a', 'applied'],
        ['late', 'unknown'],
        ['next', 'pending'],
        ['5', 'unknown'],
      ],
    )
  })
})
