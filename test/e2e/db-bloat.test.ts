import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { dbBloatOutput } from '../../src/cli/json-shapes/db.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect, until } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

describe('vigie db bloat', () => {
  let server: PostgresServer
  let system: ScratchSystem

  before(async () => {
    server = await startPostgres({ settings: { autovacuum: 'off' } })
    const admin = await connect(server.url())
    await admin.query(`
      create table "Letters"" --" (id int, body text);
      insert into "Letters"" --" select n, repeat('x', 500) from generate_series(1, 8000) n;
      create index on "Letters"" --" (id);
      delete from "Letters"" --" where id % 10 < 7`)
    await until(admin, `select 1 from pg_stat_user_tables where n_tup_del = 5600`, 30_000)
    await admin.query('vacuum (analyze)')
    await admin.query('create table uncounted (id int); insert into uncounted select generate_series(1, 100000)')
    await admin.end()
    const config = { name: 'Shop', components: { db: { kind: 'postgres', url: server.url() } } }
    system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
  })
  after(async () => {
    system.remove()
    await server.stop()
  })

  it('gives what rewrites would gain, estimated, and says of what it cannot tell', async () => {
    const { bloat, notes } = dbBloatOutput.parse((await vigie(['db', 'bloat', '--json', ...system.config])).json())
    assert.equal(bloat[0]?.table, 'Letters" --')
    assert.ok((bloat[0]?.bloatRatio ?? 0) > 0.6 && (bloat[0]?.bloatRatio ?? 1) < 0.8 && bloat[0]?.isExact === false)
    assert.ok(!bloat.some(({ table }) => table === 'uncounted'))
    assert.match(notes.join('\n'), /could not tell of public.uncounted/)
    assert.match(notes.join('\n'), /ANALYZE "public"."uncounted";/)
  })

  it('fits the terminal in both languages', async () => {
    for (const [locale, head] of [
      ['en', /^table or index +kind +size +to gain +share/],
      ['fr', /^table ou index +nature +taille +à gagner +part/],
    ] as const) {
      const { stdout } = await vigie(['db', 'bloat', '--limit', '1', '--locale', locale, ...system.config], {
        env: { COLUMNS: '80' },
      })
      assert.match(stdout, head)
      assert.match(stdout, /Letters" --/)
      assert.match(stdout, /~\d+/)
      const [table = ''] = stdout.split('\n\n')
      for (const line of table.split('\n')) assert.ok(line.length <= 80, line)
    }
  })
})
