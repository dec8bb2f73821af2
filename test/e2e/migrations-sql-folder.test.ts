import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { dbMigrationsReviewOutput } from '../../src/cli/json-shapes/db-migrations.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { type MigratingProject, migratingProject, rowsOf } from '../support/migrating-project.ts'
import { startPostgres } from '../support/postgres.ts'

describe('migrations of a folder whose database is a component', () => {
  let server: PostgresServer

  before(async () => {
    server = await startPostgres()
  })
  after(() => server?.stop())

  async function project(name: string, database: string): Promise<MigratingProject> {
    const url = { env: 'SHOP_DATABASE_URL' }
    const config = { db: { kind: 'postgres', url } }
    const shop = await migratingProject(server, name, { kind: 'sql-folder', url, database }, { config })
    mkdirSync(join(shop.dir, 'migrations'))
    return shop
  }
  const write = ({ dir }: MigratingProject, name: string, sql: string): void =>
    writeFileSync(join(dir, 'migrations', name), sql)

  it('are weighed by the size of its tables', async () => {
    const shop = await project('weighed', 'db')
    try {
      await rowsOf(shop.url, 'create table small (id int)')
      await rowsOf(
        shop.url,
        `create table large as select i as id, repeat('x', 500) as pad from generate_series(1, 150000) i`,
      )
      write(shop, '1_small.sql', 'create index small_id on small (id)')
      const harmless = await shop.run('db', 'migrations', 'apply', '--dry-run')
      assert.doesNotMatch(harmless.stdout, /CREATE INDEX stops/)
      write(shop, '2_large.sql', 'create index large_id on large (id); drop table small')
      const risky = await shop.run('db', 'migrations', 'apply', '--dry-run')
      assert.match(risky.stdout, /large \(\d+(\.\d+)? MB\): CREATE INDEX stops all writes/)
      const asked = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(asked.code, 3, asked.stdout)
      assert.deepEqual(await shop.states(), ['1_small pending', '2_large pending'])
      // What was shown is not what would run any more: that one is left out.
      write(shop, '2_large.sql', 'drop table large')
      const stale = await shop.approve(asked)
      assert.notEqual(stale.code, 0, stale.stdout)
      assert.deepEqual((await shop.states())[1], '2_large pending')
      assert.equal((await rowsOf(shop.url, 'select count(*)::int as n from large'))[0]?.['n'], 150_000)
    } finally {
      shop.remove()
    }
  })

  it('are not written from the schema: --auto is refused in both languages, and nothing is made', async () => {
    const shop = await project('by_hand', 'db')
    try {
      const tools = [{ kind: 'sql-folder' }, { kind: 'prisma' }, { kind: 'supabase', apply: 'sql' }, { kind: 'knex' }]
      for (const tool of tools) {
        const url = tool.kind === 'knex' ? {} : { url: { env: 'SHOP_DATABASE_URL' } }
        const code = { kind: 'files', path: '.', migrations: { ...tool, ...url } }
        writeFileSync(join(shop.dir, 'vigie.config.json'), JSON.stringify({ name: 'Shop', components: { code } }))
        const refused = await shop.run('db', 'migrations', 'create', 'a-note', '--auto', '--yes')
        assert.equal(refused.code, 3, refused.stdout)
        assert.match(refused.stdout, new RegExp(`${tool.kind} cannot write a migration .* --auto`))
        const french = await shop.run('db', 'migrations', 'create', 'a-note', '--auto', '--yes', '--locale', 'fr')
        assert.match(french.stdout, new RegExp(`${tool.kind} ne peut pas écrire une migration .* --auto`))
      }
      assert.deepEqual(readdirSync(join(shop.dir, 'migrations')), [])
      assert.deepEqual(
        readdirSync(shop.dir).filter((name) => ['prisma', 'supabase'].includes(name)),
        [],
      )
    } finally {
      shop.remove()
    }
  })

  it('are reviewed as files, without a config, in both languages', async () => {
    const shop = await project('reviewed', 'db')
    try {
      write(shop, '1_bad.sql', 'alter table bookings drop column note')
      write(shop, '2_good.sql', 'create table a (id int)')
      const [bad, good] = ['migrations/1_bad.sql', 'migrations/2_good.sql']
      const risky = await vigie(['db', 'migrations', 'review', bad, good, '--locale', 'fr'], { cwd: shop.dir })
      assert.equal(risky.code, 1, risky.stderr)
      assert.match(risky.stdout, /1_bad\.sql.*la colonne et ses valeurs sont perdues/)
      const { warnings } = dbMigrationsReviewOutput.parse(
        (await vigie(['db', 'migrations', 'review', bad, '--json'], { cwd: shop.dir })).json(),
      )
      assert.deepEqual(
        warnings.map(({ code, table }) => `${code} ${table}`),
        ['drop-column bookings', 'no-lock-timeout '],
      )
      assert.equal((await vigie(['db', 'migrations', 'review', good], { cwd: shop.dir })).code, 0)
      assert.equal((await vigie(['db', 'migrations', 'review', 'nowhere.sql'], { cwd: shop.dir })).code, 2)
    } finally {
      shop.remove()
    }
  })

  it('name a database that is none: told, and nothing is planned', async () => {
    const shop = await project('unnamed', 'dbb')
    try {
      write(shop, '1_a.sql', 'create table a (id int)')
      const { code, stdout } = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(code, 3, stdout)
      assert.match(stdout, /name "dbb" as their database/)
      assert.deepEqual(await shop.states(), ['1_a pending'])
    } finally {
      shop.remove()
    }
  })
})
