import assert from 'node:assert/strict'
import { appendFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type DebianPython, debianPython } from '../../scripts/provision/debian-python.ts'
import { dbMigrationsOutput } from '../../src/cli/json-shapes/db-migrations.ts'
import { runOutput } from '../../src/cli/json-shapes/runs.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { writeAlembicProject, writeModels, writeRevision } from '../support/alembic-project.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const flat = (text: string): string => text.replace(/\s+/g, ' ')

describe('the migrations of an Alembic project', () => {
  let server: PostgresServer
  let python: DebianPython

  before(async () => {
    python = await debianPython()
    server = await startPostgres()
  })
  after(() => server?.stop())

  const id = 'sa.Column("id", sa.Integer, primary_key=True)'
  const note = 'sa.Column("note", sa.Text)'

  /** A project of its own on an empty database; `run` runs vigie with DATABASE_URL in its environment. */
  async function project(name: string, over: { readonly url?: string; readonly python?: string } = {}) {
    const admin = await connect(server.url())
    await admin.query(`create database ${name}`)
    await admin.end()
    const url = over.url ?? server.url(name)
    const migrations = {
      kind: 'alembic',
      python: over.python ?? python.python,
      env: { DATABASE_URL: { env: 'SHOP_DATABASE_URL' }, ...python.env },
    }
    const config = {
      name: 'Shop',
      components: {
        code: {
          kind: 'files',
          path: '.',
          checks: { stale: false, age: false, size: false, permissions: false },
          migrations,
        },
      },
    }
    const system: ScratchSystem = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    writeAlembicProject(system.dir)
    // What is told is wrapped to the width of a terminal.
    const run = async (...words: string[]): Promise<CliResult> => {
      const result = await vigie([...words, ...system.config], { env: { SHOP_DATABASE_URL: url } })
      return { ...result, stdout: flat(result.stdout), stderr: flat(result.stderr) }
    }
    const states = async (): Promise<string[]> => {
      const result = await run('db', 'migrations', 'status', '--json')
      assert.equal(result.code, 0, result.stdout + result.stderr)
      return dbMigrationsOutput.parse(result.json()).migrations.map((one) => `${one.name} ${one.state}`)
    }
    const look = async (): Promise<{ code: number | null; titles: string }> => {
      const { code, stdout } = await run('run', 'code/migrations', '--json')
      const { findings } = runOutput.parse(JSON.parse(stdout))
      return { code, titles: findings.map(({ title }) => title).join('\n') }
    }
    return { ...system, run, states, look, url }
  }

  it('are made from the models, applied, listed and taken back by one [C03]', async () => {
    const shop = await project('shop')
    try {
      assert.deepEqual(await shop.states(), [])
      const empty = await shop.run('run', 'code/migrations')
      assert.match(empty.stdout, /alembic finds no migration/)
      assert.equal(empty.code, 3)

      const first = await shop.run('db', 'migrations', 'create', 'first tables', '--auto', '--yes')
      assert.equal(first.code, 0, first.stdout + first.stderr)
      assert.match(readdirSync(join(shop.dir, 'migrations', 'versions')).join(), /first_tables\.py/)
      assert.deepEqual(await shop.states(), ['first tables pending'])
      assert.match((await shop.look()).titles, /a migration is not applied/)

      const dry = await shop.run('db', 'migrations', 'apply', '--dry-run')
      assert.match(dry.stdout, /first tables/)
      assert.deepEqual(await shop.states(), ['first tables pending'])
      const applied = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(applied.code, 0, applied.stdout + applied.stderr)
      assert.deepEqual(await shop.states(), ['first tables applied'])

      writeModels(shop.dir, [id, note])
      const second = await shop.run('db', 'migrations', 'create', 'a note', '--auto', '--yes')
      assert.equal(second.code, 0, second.stdout + second.stderr)
      assert.deepEqual(await shop.states(), ['first tables applied', 'a note pending'])
      assert.equal((await shop.run('db', 'migrations', 'apply', '--yes')).code, 0)
      assert.deepEqual(await shop.states(), ['first tables applied', 'a note applied'])
      const well = await shop.run('run', 'code/migrations')
      assert.equal(well.code, 0, well.stdout)
      assert.match(well.stdout, /PASS/)

      const again = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(again.code, 0)

      const refused = await shop.run('db', 'migrations', 'revert', '--steps', '1', '--yes')
      assert.equal(refused.code, 3, refused.stdout)
      const plan = /vigie approve (\w+)/.exec(refused.stdout)?.[1] ?? ''
      const reverted = await shop.run('approve', plan, '--by', 'Léa')
      assert.equal(reverted.code, 0, reverted.stdout + reverted.stderr)
      assert.deepEqual(await shop.states(), ['first tables applied', 'a note pending'])
      const client = await connect(shop.url)
      const { rows } = await client.query(
        `select column_name from information_schema.columns where table_name = 'bookings'`,
      )
      await client.end()
      assert.deepEqual(rows, [{ column_name: 'id' }])
    } finally {
      shop.remove()
    }
  })

  it('that would lose rows need an approval, and the plan says why', async () => {
    const shop = await project('losing')
    try {
      writeRevision(shop.dir, { id: 'a1', down: null, up: `op.create_table("bookings", ${id}, ${note})` })
      assert.equal((await shop.run('db', 'migrations', 'apply', '--yes')).code, 0)
      writeRevision(shop.dir, { id: 'b2', down: 'a1', up: 'op.drop_column("bookings", "note")' })
      writeRevision(shop.dir, { id: 'c3', down: 'b2', up: 'op.create_index("by_id", "bookings", ["id"])' })
      const asked = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(asked.code, 3, asked.stdout)
      assert.match(asked.stdout, /the column and its values are lost/)
      assert.match(asked.stdout, /CREATE INDEX stops all writes/)
      assert.deepEqual(await shop.states(), ['a1 applied', 'b2 pending', 'c3 pending'])
      const part = await shop.run('db', 'migrations', 'apply', 'b2', '--dry-run', '--locale', 'fr')
      assert.match(part.stdout, /la colonne et ses valeurs sont perdues/)
      assert.doesNotMatch(part.stdout, /c3/)
    } finally {
      shop.remove()
    }
  })

  it('that fail are named with the state that is left, and what came before stays', async () => {
    const shop = await project('failing')
    try {
      writeRevision(shop.dir, { id: 'a1', down: null, up: `op.create_table("bookings", ${id})` })
      writeRevision(shop.dir, { id: 'b2', down: 'a1', up: 'op.execute("insert into nowhere values (1)")' })
      writeRevision(shop.dir, { id: 'c3', down: 'b2', up: `op.create_table("never", ${id})` })
      const run = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(run.code, 1, run.stdout + run.stderr)
      assert.match(run.stdout, /Migration b2 failed: .*nowhere.*It is not applied now; the last one applied is a1/)
      assert.deepEqual(await shop.states(), ['a1 applied', 'b2 pending', 'c3 pending'])
    } finally {
      shop.remove()
    }
  })

  it('with two ends, or a database ahead of the code, are told and nothing is applied', async () => {
    const shop = await project('heads')
    try {
      writeRevision(shop.dir, { id: 'a1', down: null, up: `op.create_table("bookings", ${id})` })
      writeRevision(shop.dir, { id: 'b2', down: 'a1', up: 'pass' })
      assert.equal((await shop.run('db', 'migrations', 'apply', '--yes')).code, 0)
      writeRevision(shop.dir, { id: 'b3', down: 'a1', up: 'pass' })
      const look = await shop.look()
      assert.equal(look.code, 1)
      assert.match(look.titles, /the history has 2 ends: b2, b3|the history has 2 ends: b3, b2/)
      const refused = await shop.run('db', 'migrations', 'apply', '--yes')
      assert.equal(refused.code, 3, refused.stdout)
      assert.match(refused.stdout, /Nothing is applied: the history has several ends/)
      for (const file of ['b2.py', 'b3.py']) rmSync(join(shop.dir, 'migrations', 'versions', file))
      assert.deepEqual(await shop.states(), ['a1 unknown', ' unknown'])
      const ahead = await shop.look()
      assert.equal(ahead.code, 1)
      assert.match(ahead.titles, /the database and the code do not know the same ones/)
    } finally {
      shop.remove()
    }
  })

  it('whose file was changed after it was applied are told', async () => {
    const shop = await project('drifting')
    try {
      writeRevision(shop.dir, { id: 'a1', down: null, up: `op.create_table("bookings", ${id})` })
      assert.equal((await shop.run('db', 'migrations', 'apply', '--yes')).code, 0)
      assert.equal((await shop.run('run', 'code/migrations')).code, 0)
      appendFileSync(join(shop.dir, 'migrations', 'versions', 'a1.py'), '\n# another thought\n')
      const look = await shop.look()
      assert.equal(look.code, 1)
      assert.match(look.titles, /migration a1 was changed after it was applied/)
      assert.deepEqual(await shop.states(), ['a1 drifted'])
      assert.equal((await shop.run('run', 'code/migrations')).code, 1, 'a second look tells it again')
    } finally {
      shop.remove()
    }
  })

  it('that cannot be seen are no pass: a wrong password, no interpreter, no project', async () => {
    const wrong = await project('wrong', { url: server.url('postgres', 'postgres', 'not-the-password') })
    const missing = await project('missing', { python: '/nowhere/python3' })
    try {
      const cases = [
        [wrong, 3, /The database gave no answer to Alembic: .*password/],
        [missing, 3, /The program "\/nowhere\/python3" is not there/],
      ] as const
      for (const [shop, code, text] of cases) {
        const look = await shop.run('run', 'code/migrations')
        assert.equal(look.code, code, look.stdout)
        assert.match(look.stdout, text)
        const status = await shop.run('db', 'migrations', 'status')
        assert.equal(status.code, 3, status.stderr)
        assert.doesNotMatch(status.stdout + status.stderr + look.stdout, /not-the-password|at .*\.ts:/)
      }
      rmSync(join(wrong.dir, 'alembic.ini'))
      const none = await wrong.run('db', 'migrations', 'status')
      assert.match(none.stderr, /no file alembic\.ini/)
    } finally {
      wrong.remove()
      missing.remove()
    }
  })
})
