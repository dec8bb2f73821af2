import assert from 'node:assert/strict'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts'
import { postgresPrograms, startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { type PostgresVolume, postgresVolume } from '../support/postgres-volume.ts'
import { type VolumeWorld, volumeWorld } from '../support/volume-world.ts'

const shopSql = `
  create table orders (id int primary key, bytes bytea);
  insert into orders select n, decode('0d0a00ff1a04', 'hex') from generate_series(1, 3000) n;
  alter table orders enable row level security`
/** Reads all, owns nothing, and is no superuser. */
const keeperSql = `create role keeper login bypassrls password 'keeper'; grant pg_read_all_data to keeper`
const isPlain = 'select rolsuper or rolcreaterole or rolreplication as is from pg_roles where rolname = current_user'

type Manifest = {
  readonly parts: readonly {
    readonly name: string
    readonly notes?: readonly { code: string; params: Record<string, unknown> }[]
  }[]
}

describe('[B12] a PostgreSQL whose backup is made by a role that is no superuser', () => {
  let dir: string
  let bin: string
  let server: PostgresServer | undefined
  let bouncer: PgBouncer | undefined
  let world: VolumeWorld | undefined
  let inside: PostgresVolume | undefined

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-reached-'))
    bin = await postgresPrograms(18)
    server = await startPostgres({ major: 18 })
    const admin = await connect(server.url())
    await admin.query(`${keeperSql}; create role rds_superuser`)
    await admin.query('create database shop')
    await admin.end()
    const shop = await connect(server.url('shop'))
    await shop.query(shopSql)
    await shop.end()
    bouncer = await startPgBouncer(server, { keeper: 'keeper' })
    world = await volumeWorld()
    inside = await postgresVolume(world, 'pgdata', bin)
    await inside.serve('db', 'pgdata')
    for (const sql of keeperSql.split(';')) await inside.query('db', sql)
    await inside.query('db', 'create database shop')
    for (const sql of shopSql.split(';')) await inside.query('db', sql, 'shop')
  })
  after(async () => {
    await bouncer?.stop()
    await server?.stop()
    await world?.close()
    await inside?.close()
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
  })

  const aSystem = (name: string, db: object) => {
    const repository = join(dir, name, 'repository')
    mkdirSync(repository, { recursive: true })
    const file = join(dir, name, 'vigie.config.json')
    const nightly = { what: ['db'], to: { kind: 'folder', path: repository }, full: 0 }
    const components = { db: { kind: 'postgres', ...db } }
    writeFileSync(file, JSON.stringify({ name: 'Shop', components, backups: { nightly } }))
    const run = (...words: readonly string[]) => vigie([...words, '--config', file])
    /** Of the newest backup. */
    const manifest = (): Manifest => {
      const [newest = ''] = globSync('**/manifest.json', { cwd: repository }).toSorted().toReversed()
      return JSON.parse(readFileSync(join(repository, newest), 'utf8'))
    }
    /** Makes one and brings it back; gives what was said when it was made. */
    const assertProved = async (): Promise<string> => {
      const made = await run('backups', 'create', '--yes')
      assert.equal(made.code, 0, made.stdout + made.stderr)
      const drill = await run('backups', 'drill', 'latest', '--json')
      assert.equal(drill.code, 0, drill.stdout + drill.stderr)
      const rows = drill.json().drill.assertions.find(({ name }: { name: string }) => name === 'rows public.orders')
      assert.deepEqual([rows?.status, rows?.actual], ['pass', '3000'], drill.stdout)
      return made.stdout.replaceAll(/\s+/g, ' ')
    }
    return { run, manifest, assertProved, repository }
  }

  test('is reached by its url, and what a managed database hides is named', async () => {
    assert.ok(server)
    const url = server.url('shop', 'keeper', 'keeper')
    const keeper = await connect(url)
    assert.deepEqual((await keeper.query(isPlain)).rows, [{ is: false }])
    await keeper.end()
    const { manifest, assertProved } = aSystem('by-url', { url, backup: { bin } })
    const told = await assertProved()
    assert.match(
      told,
      /A managed database \(it has the role rds_superuser\): what its provider keeps for itself is not in/,
    )
    assert.match(told, /Passwords of roles are not in it/)
    const { parts } = manifest()
    assert.deepEqual(
      parts.map(({ name }) => name),
      ['database', 'globals'],
    )
    const notes = parts.flatMap(({ notes = [] }) => notes)
    const hidden = notes.find(({ code }) => code === 'postgres.backup-managed')
    assert.equal(hidden?.params['role'], 'rds_superuser')
    assert.ok(notes.some(({ code }) => code === 'postgres.backup-no-passwords'))

    // A provider that shows even less: the roles are left out by name, and the database is copied all the same.
    const admin = await connect(server.url('shop'))
    await admin.query("create role plain login bypassrls password 'plain'; grant select on orders to plain")
    await admin.query('revoke select on pg_parameter_acl from public')
    await admin.end()
    const shy = aSystem('shy', { url: server.url('shop', 'plain', 'plain'), backup: { bin } })
    assert.match(await shy.assertProved(), /The roles could not be read and are not in it: .*permission denied/)
    const less = shy.manifest().parts
    assert.deepEqual(
      less.map(({ name }) => name),
      ['database'],
    )
    const without = less
      .flatMap(({ notes: some = [] }) => some)
      .find(({ code }) => code === 'postgres.backup-no-globals')
    assert.match(String(without?.params['detail']), /permission denied.*pg_parameter_acl/)
  })

  test('is reached inside its container', async () => {
    assert.ok(world && inside)
    const client = await debianTool('docker.io', 'usr/bin/docker')
    const sockets = inside.socketOf('db')
    const { assertProved } = aSystem('in-container', {
      url: `postgres://keeper@localhost/shop?host=${sockets.here}`,
      backup: {
        ...{ bin, through: [client, '-H', world.engine.host, 'exec', '-i', 'db'] },
        url: `postgres://keeper@localhost/shop?host=${sockets.inside}`,
      },
    })
    await assertProved()
  })

  test('is refused behind a transaction pooler, with a hint, and copied past it', async () => {
    assert.ok(server && bouncer)
    const url = bouncer.url('shop', 'keeper')
    const pooled = aSystem('pooled', { url, backup: { bin } })
    for (const locale of ['en', 'fr']) {
      const refused = await pooled.run('backups', 'create', '--locale', locale)
      assert.notEqual(refused.code, 0)
      const told = (refused.stdout + refused.stderr).replaceAll(/\s+/g, ' ')
      assert.match(
        told,
        locale === 'en' ? /A pooler stands between us and PostgreSQL/ : /Un pooler se trouve entre nous/,
      )
      assert.match(told, /backup\.url/)
      assert.doesNotMatch(told, /\bat \S+\.ts:/)
    }
    assert.deepEqual(globSync('**/manifest.json', { cwd: pooled.repository }), [])
    const byAddress = aSystem('by-address', { url: 'postgres://a:b@db.example.test:6543/shop', backup: { bin } })
    assert.match((await byAddress.run('backups', 'create')).stdout, /A pooler stands\s+between us/)

    const past = aSystem('past', { url, backup: { bin, url: server.url('shop', 'keeper', 'keeper') } })
    await past.assertProved()
  })
})
