import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type TestContext, testContext } from '../../../../test/support/context.ts'
import { type DockerEngine, startDocker } from '../../../../test/support/docker.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import {
  type CopiedDatabase,
  copyDatabase,
  postgresOptionsOf,
  rendered,
} from '../../../../test/support/postgres-backup.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { importPostgres } from '../../../../test/support/postgres-image.ts'
import { importBusybox } from '../../../../test/support/volume-images.ts'
import { BackupError, type StoredComponent } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import { postgresBackup } from './postgres-backup.ts'

const child = join(import.meta.dirname, '../../../../test/support/rehearse-child.ts')
const limitMs = 60_000

describe('a rehearsed restore in a container of an image', () => {
  let dir: string
  let engine: DockerEngine
  let image: string
  let stored: CopiedDatabase
  let ctx: TestContext
  const scratchFolder = () => mkdtemp(join(dir, 'scratch-'))
  const rehearse = (from: StoredComponent, name: string, scratch: string) => {
    const options = postgresOptionsOf('postgres://nobody@nowhere.invalid/x', { bin: '/nowhere', image: name })
    return postgresBackup(options).rehearse(ctx, from, scratch)
  }
  const refusal = async (from: StoredComponent, name: string): Promise<string> => {
    const scratch = await scratchFolder()
    const error = await rehearse(from, name, scratch).then(
      () => assert.fail('it went well'),
      (one: unknown) => one,
    )
    assert.ok(error instanceof VigieError && error.hint, `${error}`)
    assert.deepEqual(await readdir(scratch), [], 'something was left in the scratch folder')
    assert.equal(await containers(), '')
    return `${error instanceof BackupError ? error.failure : error.code}: ${rendered(error.text, error.hint)}`
  }
  const claiming = (facts: object): StoredComponent => ({
    ...stored,
    parts: stored.parts.map((part, index) => (index === 0 ? { ...part, facts: { ...part.facts, ...facts } } : part)),
  })
  const containers = async (): Promise<string> => (await engine.docker('ps', '-aq')).trim()

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vigie-rehearse-container-'))
    ctx = testContext({ timeoutMs: 120_000 })
    engine = await startDocker()
    process.env['DOCKER_HOST'] = engine.host
    await importBusybox(engine)
    const bin = await postgresPrograms(18)
    image = await importPostgres(engine, bin)
    const server = await startPostgres({ major: 18 })
    try {
      const client = await connect(server.url())
      await client.query(`create role app; create extension pg_trgm;
        create table orders as select n as id, repeat('é', n % 7) as note from generate_series(1, 5000) n;
        alter table orders owner to app`)
      await client.end()
      stored = await copyDatabase(postgresOptionsOf(server.url(), { bin }), ctx)
    } finally {
      await server.stop()
    }
  })
  after(async () => {
    await ctx?.close()
    await engine?.stop()
    if (dir !== undefined) await rm(dir, { recursive: true, force: true })
  })

  it('proves the backup with no program of this machine, without a network, and leaves nothing', async () => {
    const scratch = await scratchFolder()
    const rehearsal = await rehearse(stored, image, scratch)
    try {
      const id = await containers()
      const shape = '{{.HostConfig.NetworkMode}} {{.HostConfig.AutoRemove}} {{.HostConfig.CpuShares}}'
      assert.equal((await engine.docker('inspect', '--format', shape, id)).trim(), 'none true 102')
      const assertions = await rehearsal.assertions([
        { name: 'the last order', query: 'select max(id) from orders', expect: '5000' },
      ])
      assert.deepEqual(
        assertions.filter(({ status }) => status !== 'pass'),
        [],
      )
      assert.ok(assertions.length > 3)
      const client = await connect(rehearsal.env['DATABASE_URL'] ?? '')
      const { rows } = await client.query('select count(*)::int as count, max(note) as note from orders')
      await client.end()
      assert.deepEqual(rows, [{ count: 5000, note: 'éééééé' }])
    } finally {
      await rehearsal.end()
    }
    assert.deepEqual(await readdir(scratch), [])
    assert.equal(await containers(), '')
  })

  it('says which image is missing, has no server, is older, or lacks an extension', async () => {
    assert.match(await refusal(stored, 'nobody/has:it'), /^tool-missing: .*no image nobody\/has:it.*docker pull/s)
    assert.match(await refusal(stored, 'busybox:test'), /^tool-missing: .*busybox:test does not have initdb/s)
    assert.match(
      await refusal(claiming({ serverVersion: 190_000 }), image),
      /^older-server: .*has PostgreSQL 18; the copy needs PostgreSQL 19/s,
    )
    assert.match(
      await refusal(claiming({ extensions: [{ name: 'postgis', version: '3', schema: 'public' }] }), image),
      /^extension-missing: .*postgres:test does not have: postgis.*backup\.image/s,
    )
  })

  it('says what the server says when it cannot start', async () => {
    const words = join(await postgresPrograms(18), '../../../../share/postgresql/18/postgres.bki')
    const broken = `FROM ${image}\nRUN ["sh", "-c", "echo broken > ${words}"]\n`
    await mkdir(join(dir, 'broken'))
    await writeFile(join(dir, 'broken/Dockerfile'), broken)
    await engine.docker('build', '--network', 'none', '-t', 'broken:test', join(dir, 'broken'))
    assert.match(await refusal(stored, 'broken:test'), /^no-answer: .*postgres\.bki/s)
  })

  it('says nothing of the backup when its server is killed, or a mask keeps files from others', async () => {
    const parts = stored.parts.map((part, index) => ({
      ...part,
      read: async function* () {
        if (index === 0) await engine.docker('kill', await containers())
        yield* part.read()
      },
    }))
    assert.match(await refusal({ ...stored, parts }, image), /^no-answer: /)
    const mask = process.umask(0o077)
    try {
      await rehearse(stored, image, await scratchFolder()).then((rehearsal) => rehearsal.end())
    } finally {
      process.umask(mask)
    }
  })

  it('ends with the process that wanted it, and nothing of the copy is left', async () => {
    const scratch = await scratchFolder()
    const [part] = stored.parts
    assert.ok(part)
    await writeFile(join(dir, 'database.dump'), part.read())
    await writeFile(join(dir, 'facts.json'), JSON.stringify(part.facts))
    const words = [child, dir, '/nowhere', scratch, image]
    const started = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = await once(started.stdout, 'data')
    assert.match(String(said), /^\/.*vigie-drill-/)
    assert.notEqual(await containers(), '')
    started.kill('SIGKILL')
    const until = performance.now() + limitMs
    while ((await containers()) !== '' && performance.now() < until) await wait(100)
    assert.equal(await containers(), '')
    const [place = ''] = await readdir(scratch)
    assert.ok(!(await readdir(join(scratch, place))).includes('cluster'))
    // The next one removes the empty folder.
    await rehearse(stored, image, scratch).then((rehearsal) => rehearsal.end())
    assert.deepEqual(await readdir(scratch), [])
  })
})
