import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type DebianPython, debianPython } from '../../scripts/provision/debian-python.ts'
import { dbMigrationsOutput } from '../../src/cli/json-shapes/db-migrations.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { writeDjangoMigration, writeDjangoModel, writeDjangoProject } from '../support/django-project.ts'
import { type MigratingProject, migratingProject, rowsOf } from '../support/migrating-project.ts'
import { startPostgres } from '../support/postgres.ts'

describe('the migrations of a Django project, run through another command', () => {
  let server: PostgresServer
  let python: DebianPython

  before(async () => {
    python = await debianPython()
    server = await startPostgres({ major: 15 })
  })
  after(() => server?.stop())

  /** `docker compose exec -T web` by a shell that notes what it was asked to run. */
  async function project(name: string, url?: string): Promise<MigratingProject> {
    const through = ['sh', '-c', 'echo "$1 $2 $3" >> through.log; exec "$@"', 'web']
    const env = { DATABASE_URL: { env: 'SHOP_DATABASE_URL' }, ...python.env }
    const shop = await migratingProject(
      server,
      name,
      { kind: 'django', python: python.python, through, env },
      url === undefined ? {} : { url },
    )
    writeDjangoProject(shop.dir)
    return shop
  }

  it('are made, applied, and taken back through that command', async () => {
    const shop = await project('shop')
    try {
      const made = await shop.run('db', 'migrations', 'create', 'first tables', '--auto', '--yes')
      assert.equal(made.code, 0, made.stdout + made.stderr)
      assert.deepEqual(await shop.states(), ['shop.0001_first_tables pending'])
      assert.equal((await shop.run('db', 'migrations', 'apply', '--yes')).code, 0)
      writeDjangoModel(shop.dir, ['note = models.TextField(null=True)'])
      assert.equal((await shop.run('db', 'migrations', 'create', 'a-note', '--auto', '--yes')).code, 0)
      assert.match((await shop.look()).titles, /a migration is not applied: shop\.0002_a_note/)
      assert.equal((await shop.run('db', 'migrations', 'apply', '--yes')).code, 0)
      const status = await shop.run('db', 'migrations', 'status', '--json')
      for (const one of dbMigrationsOutput.parse(JSON.parse(status.stdout)).migrations)
        assert.match(`${one.state} ${one.appliedAt}`, /^applied \d{4}-\d\d-\d\dT.*Z$/)
      const nothing = await shop.run('db', 'migrations', 'create', 'nothing', '--auto', '--yes')
      assert.equal(nothing.code, 0, nothing.stdout)
      const reverted = await shop.approve(await shop.run('db', 'migrations', 'revert'))
      assert.equal(reverted.code, 0, reverted.stdout)
      assert.deepEqual(await shop.states(), ['shop.0001_first_tables applied', 'shop.0002_a_note pending'])
      assert.deepEqual(
        await rowsOf(
          shop.url,
          `select column_name as c from information_schema.columns where table_name = 'shop_booking'`,
        ),
        [{ c: 'id' }],
      )
      assert.match(readFileSync(join(shop.dir, 'through.log'), 'utf8'), /python3\.11 manage\.py shell\n/)
    } finally {
      shop.remove()
    }
  })

  it('whose tables are there already are offered a repair, which marks them and runs nothing', async () => {
    const shop = await project('inherited')
    try {
      assert.equal((await shop.run('db', 'migrations', 'create', 'first', '--auto', '--yes')).code, 0)
      await rowsOf(shop.url, 'create table shop_booking (id serial primary key)')
      await rowsOf(shop.url, 'insert into shop_booking default values')
      const status = await shop.run('db', 'migrations', 'status', '--locale', 'fr')
      assert.match(status.stdout, /existent déjà.*vigie db migrations apply --repair fake-initial/)
      const failed = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(failed.code, 1, failed.stdout)
      assert.match(failed.stdout, /already exists/)
      const repaired = await shop.run('db', 'migrations', 'apply', '--repair', 'fake-initial', '--yes')
      assert.equal(repaired.code, 0, repaired.stdout)
      assert.deepEqual(await shop.states(), ['shop.0001_first applied'])
      assert.deepEqual(await rowsOf(shop.url, 'select id from shop_booking'), [{ id: 1 }])
      const again = await shop.run('db', 'migrations', 'apply', '--repair', 'fake-initial', '--yes')
      assert.equal(again.code, 3, again.stdout)
      assert.match(again.stdout, /no repair "fake-initial"/)
    } finally {
      shop.remove()
    }
  })

  it('that run Python need an approval; two ends, a changed file and a lost one are told', async () => {
    const shop = await project('odd')
    try {
      assert.equal((await shop.run('db', 'migrations', 'create', 'first', '--auto', '--yes')).code, 0)
      assert.equal((await shop.run('db', 'migrations', 'apply', '--yes')).code, 0)
      writeDjangoMigration(
        shop.dir,
        '0002_data',
        '0001_first',
        'migrations.RunPython(fill)',
        'def fill(apps, editor):\n    raise ValueError("not so")\n',
      )
      const asked = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(asked.code, 3, asked.stdout)
      assert.match(asked.stdout, /what it does could not be told \(RunPython\)/)
      const failed = await shop.approve(asked)
      assert.equal(failed.code, 1, failed.stdout)
      assert.match(failed.stdout, /Migration shop\.0002_data failed: ValueError: not so\. It is not applied now/)
      writeDjangoMigration(shop.dir, '0002_other', '0001_first', '')
      appendFileSync(join(shop.dir, 'shop', 'migrations', '0001_first.py'), '\n# another thought\n')
      await rowsOf(
        shop.url,
        `insert into django_migrations (app, name, applied) values ('shop', '0009_lost', now()), ('old', '0001', now())`,
      )
      const { code, titles } = await shop.look()
      assert.equal(code, 1)
      assert.match(titles, /the history has 2 ends/)
      assert.match(titles, /migration shop\.0009_lost cannot be told/)
      assert.match(titles, /migration shop\.0001_first was changed/)
      assert.doesNotMatch(titles, /old\.0001/)
    } finally {
      shop.remove()
    }
  })

  it('that cannot be seen are no pass', async () => {
    const shop = await project('unseen', server.url('postgres', 'postgres', 'not-the-password'))
    try {
      const look = await shop.run('run', 'code/migrations')
      assert.equal(look.code, 3, look.stdout)
      assert.match(look.stdout, /The database gave no answer to Django: .*password/)
      assert.doesNotMatch(look.stdout + look.stderr, /not-the-password/)
    } finally {
      shop.remove()
    }
  })
})
