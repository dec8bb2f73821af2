import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import { vigie } from '../support/cli.ts'
import { postgresPrograms } from '../support/postgres.ts'
import { importPostgres } from '../support/postgres-image.ts'
import { type PostgresVolume, postgresVolume } from '../support/postgres-volume.ts'
import { type VolumeWorld, volumeWorld } from '../support/volume-world.ts'

const appPort = 18_474
/** Is well when it has all orders. */
const application = `
import { createServer } from 'node:http'
import pg from '${import.meta.resolve('pg')}'
createServer(async (_, response) => {
  const client = new pg.Client(process.env.DATABASE_URL)
  await client.connect()
  const { rows } = await client.query('select count(*)::int as count from orders').finally(() => client.end())
  response.writeHead(rows[0].count === 5000 ? 200 : 500).end()
}).listen(${appPort}, '127.0.0.1')
`

describe('vigie backups of a PostgreSQL inside a container', { concurrency: 1 }, () => {
  let world: VolumeWorld
  let postgres: PostgresVolume
  let dir: string
  let config: readonly string[]
  /** The same, of which the server of drills is in a container too. */
  let ofImage: readonly string[]
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-e2e-pg-container-'))
    mkdirSync(join(dir, 'repository'))
    world = await volumeWorld()
    const bin = await postgresPrograms(18)
    postgres = await postgresVolume(world, 'pgdata', bin)
    await postgres.serve('db', 'pgdata')
    await postgres.query('db', 'create database shop')
    await postgres.query('db', 'create table orders (id int primary key, bytes bytea)', 'shop')
    await postgres.query(
      'db',
      `insert into orders select i, decode('0d0a00ff1a04', 'hex') from generate_series(1, 5000) i`,
      'shop',
    )
    const client = await debianTool('docker.io', 'usr/bin/docker')
    const { here, inside } = postgres.socketOf('db')
    const file = join(dir, 'vigie.config.json')
    const db = {
      kind: 'postgres',
      url: `postgres://postgres@localhost/shop?host=${here}`,
      backup: {
        bin,
        through: [client, '-H', world.engine.host, 'exec', '-i', 'db'],
        url: `postgres://postgres@localhost/shop?host=${inside}`,
      },
    }
    const nightly = { what: ['db'], to: { kind: 'folder', path: join(dir, 'repository') } }
    const write = (path: string, component: object, entry: object): readonly string[] => {
      writeFileSync(path, JSON.stringify({ name: 'S', components: { db: component }, backups: { nightly: entry } }))
      return ['--config', path]
    }
    config = write(file, db, nightly)
    const image = await importPostgres(world.engine, bin)
    const { bin: _, ...backup } = db.backup
    writeFileSync(join(dir, 'app.mjs'), application)
    const app = { command: [process.execPath, 'app.mjs'], health: `http://127.0.0.1:${appPort}/` }
    ofImage = write(join(dir, 'image.json'), { ...db, backup: { ...backup, image } }, { ...nightly, drill: { app } })
  })
  after(async () => {
    await world?.close()
    await postgres?.close()
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
  })

  test('copies it through docker exec byte for byte, proves that, and brings it back beside through the container', async () => {
    const made = await vigie(['backups', 'create', '--yes', ...config])
    assert.equal(made.code, 0, made.stdout + made.stderr)
    const drill = await vigie(['backups', 'drill', 'latest', '--json', ...config])
    assert.equal(drill.code, 0, drill.stdout + drill.stderr)
    assert.equal(drill.json().drill.status, 'passed', drill.stdout)
    const restored = await vigie(['backups', 'restore', 'latest', '--yes', ...config])
    assert.equal(restored.code, 0, restored.stdout + restored.stderr)
    const names = await postgres.query('db', "select datname from pg_database where datname like '%restored%'")
    assert.equal(names.length, 1)
    const digest =
      "select count(*)::int as count, md5(string_agg(id || encode(bytes, 'hex'), ',' order by id)) from orders"
    const copy = await postgres.query('db', digest, String(names[0]?.['datname']))
    assert.deepEqual(copy, await postgres.query('db', digest, 'shop'))
    assert.equal(copy[0]?.['count'], 5000)
  })

  test('proves it in a container of an image, with the application against that, and leaves none', async () => {
    const options = { env: { DOCKER_HOST: world.engine.host } }
    const before = await world.engine.docker('ps', '-aq')
    const drill = await vigie(['backups', 'drill', 'latest', '--json', ...ofImage], options)
    assert.equal(drill.code, 0, drill.stdout + drill.stderr)
    const { status, assertions } = drill.json().drill
    assert.equal(status, 'passed', drill.stdout)
    assert.deepEqual([assertions.at(-1).name, assertions.at(-1).actual], [`health http://127.0.0.1:${appPort}/`, '200'])
    assert.equal(await world.engine.docker('ps', '-aq'), before)
  })

  test('[B15] takes its place with approval alone, after a safety copy, compared, and keeps the old one beside', async () => {
    await postgres.query('db', 'delete from orders where id > 10', 'shop')
    const words = ['backups', 'restore', 'latest', '--over', ...config]
    const refused = await vigie([...words, '--yes'])
    assert.equal(refused.code, 3, refused.stdout)
    const planned = await vigie([...words, '--dry-run', '--json'])
    const { plan } = planned.json().run
    const done = await vigie([...words, '--approve', plan])
    assert.equal(done.code, 0, planned.stdout + done.stdout + done.stderr)
    assert.deepEqual(await postgres.query('db', 'select count(*)::int as count from orders', 'shop'), [{ count: 5000 }])
    const { backups } = (await vigie(['backups', 'list', '--json', ...config])).json()
    assert.deepEqual(
      backups.map((one: { status: string }) => one.status),
      ['succeeded', 'succeeded'],
    )
    const names = await postgres.query('db', "select datname from pg_database where datname like 'shop_before%'")
    assert.deepEqual(
      await postgres.query('db', 'select count(*)::int as count from orders', String(names[0]?.['datname'])),
      [{ count: 10 }],
    )
  })
})
