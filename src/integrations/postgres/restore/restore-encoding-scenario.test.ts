import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { storedDump } from '../../../../test/support/stored-dump.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { planPostgresRestore, restorePostgres } from './postgres-restore.ts'

const databases = {
  latin: "encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'",
  icu: "encoding 'UTF8' locale_provider icu icu_locale 'fr-CA' lc_collate 'C' lc_ctype 'C'",
  builtin: "encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' lc_collate 'C' lc_ctype 'C'",
} as const

describe('a restore of a database with an encoding or locale of its own', { timeout: 300_000 }, () => {
  let server: PostgresServer | undefined
  let [bin, dataDir] = ['', '']

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vigie-restore-encoding-'))
    bin = await postgresPrograms(18)
    server = await startPostgres({ major: 18 })
  })
  after(async () => {
    await server?.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  for (const [name, locale] of Object.entries(databases))
    it(`gives ${name} back with it, as a whole and by table`, async () => {
      assert.ok(server)
      const admin = await connect(server.url())
      await admin.query(`create database ${name} template template0 ${locale}`)
      const client = await connect(server.url(name))
      await client.query(
        "create table notes (id int primary key, text text); insert into notes values (1, 'été à Noël'), (2, 'ÿ')",
      )
      const dump = await storedDump(server.url(name), 18)
      const ctx = testContext({ timeoutMs: 120_000, dataDir })
      const options = postgresOptions.parse({ url: server.url(name), backup: { bin } })
      const restore = async (only: readonly string[]): Promise<void> => {
        const [action] = await planPostgresRestore(options)(ctx, dump.stored, { over: false, only })
        assert.ok(action)
        assert.equal((await restorePostgres(options)(ctx, dump.stored, action)).status, 'done')
      }
      const text = "select string_agg(text, '|' order by id) as it from notes"
      try {
        for (const loss of ["update notes set text = 'e'", 'drop table notes']) {
          await client.query(loss)
          await restore(['notes'])
          assert.equal((await client.query(text)).rows[0].it, 'été à Noël|ÿ')
        }
        await restore([])
        const about = `select encoding, datlocprovider, datcollate, datctype, datlocale from pg_database where datname like $1`
        const { rows } = await admin.query(about, [`${name}%`])
        assert.equal(rows.length, 2)
        assert.deepEqual(rows[0], rows[1])
        const copy = await connect(server.url(`${name}_restored_20261121_0204`))
        assert.equal((await copy.query(text)).rows[0].it, 'été à Noël|ÿ')
        await copy.end()
      } finally {
        await ctx.close()
        await dump.remove()
        await client.end()
        await admin.end()
      }
    })
})
