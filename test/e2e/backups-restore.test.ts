import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { vigie } from '../support/cli.ts'
import { postgresPrograms, startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'

const digest = `select count(*)::int as count, md5(string_agg(p.id || ':' || body::text, ',' order by p.id)) as sum from projects p`

describe('a database and its files, restored by the name of a backup', () => {
  let dir: string
  let server: Awaited<ReturnType<typeof startPostgres>> | undefined
  let admin: pg.Client | undefined
  let config: readonly string[]
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-restore-'))
    for (const folder of ['repository', 'files']) mkdirSync(join(dir, folder))
    for (let file = 0; file < 30; file++)
      writeFileSync(join(dir, 'files', `file ${file}`), Buffer.from([0, 13, 10, 255, 26, file]))
    server = await startPostgres({ major: 18 })
    admin = await connect(server.url())
    await admin.query('create database autodev')
    const client = await connect(server.url('autodev'))
    await client.query(`create table projects (id int primary key, body bytea);
      insert into projects select n, decode('000d0aff1a04', 'hex') from generate_series(1, 20000) n`)
    await client.end()
    const components = {
      db: { kind: 'postgres', url: server.url('autodev'), backup: { bin: await postgresPrograms(18) } },
      files: { kind: 'files', path: 'files' },
    }
    const nightly = { what: ['db', 'files'], to: { kind: 'folder', path: 'repository' } }
    const file = join(dir, 'vigie.config.json')
    writeFileSync(file, JSON.stringify({ name: 'AutoDev', components, backups: { nightly } }))
    config = ['--config', file]
  })
  after(async () => {
    await admin?.end()
    await server?.stop()
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
  })

  async function living(): Promise<unknown> {
    const client = await connect(server?.url('autodev') ?? '')
    try {
      return (await client.query(digest)).rows[0]
    } finally {
      await client.end()
    }
  }

  test('[A30] takes one command, a confirmation and a safety copy, is verified after, and a restore that breaks off leaves the living one', async () => {
    assert.equal((await vigie(['backups', 'create', ...config])).code, 0)
    const [{ id }] = (await vigie(['backups', 'list', '--json', ...config])).json().backups
    const good = await living()
    const client = await connect(server?.url('autodev') ?? '')
    await client.query(`update projects set body = '' where id % 2 = 0`)
    await client.end()
    const spoilt = await living()
    writeFileSync(join(dir, 'files', 'file 3'), 'overwritten')
    const before = readdirSync(join(dir, 'files')).map((name) => readFileSync(join(dir, 'files', name)))

    for (const component of ['db', 'files']) {
      const words = ['backups', 'restore', id, '--component', component, '--over', ...config]
      // Not without a confirmation: --yes is none for what cannot be undone.
      assert.equal((await vigie([...words, '--yes'])).code, 3)
      assert.deepEqual(await living(), component === 'db' ? spoilt : good)
      const planned = await vigie([...words, '--dry-run', '--json'])
      assert.equal(planned.code, 0, planned.stdout)
      const { run } = planned.json()
      const done = await vigie([...words, '--approve', run.plan, '--json'])
      assert.equal(done.code, 0, done.stdout)
      const [safety] = (await vigie(['backups', 'list', '--json', ...config])).json().backups
      assert.notEqual(safety.id, id)
      assert.deepEqual(safety.parts[0].component, component, 'what was there was copied first')
    }
    assert.deepEqual(await living(), good)
    for (let file = 0; file < 30; file++)
      assert.deepEqual(readFileSync(join(dir, 'files', `file ${file}`)), Buffer.from([0, 13, 10, 255, 26, file]))
    assert.ok(before.some((bytes) => bytes.toString() === 'overwritten'))

    // A part of the pipe that fails is a failure of the whole: the living one stays as it is.
    const [dump = ''] = readdirSync(join(dir, 'repository', 'AutoDev', 'nightly', id, 'db', 'database'))
    const object = join(dir, 'repository', 'AutoDev', 'nightly', id, 'db', 'database', dump)
    writeFileSync(object, readFileSync(object).subarray(0, 2000))
    const words = ['backups', 'restore', id, '--component', 'db', '--over', ...config]
    const { run } = (await vigie([...words, '--dry-run', '--json'])).json()
    const broken = run.plan === null ? { code: 1 } : await vigie([...words, '--approve', run.plan])
    assert.notEqual(broken.code, 0)
    assert.deepEqual(await living(), good)
    assert.ok(existsSync(object))
  })
})
