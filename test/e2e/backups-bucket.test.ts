import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { vigie } from '../support/cli.ts'
import { type CutLine, cutLine } from '../support/cut-line.ts'
import { postgresPrograms, startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { type S3Server, startS3 } from '../support/s3.ts'

describe('a database and a tree of files in a bucket', () => {
  let dir: string
  let store: S3Server | undefined
  let line: CutLine
  let server: Awaited<ReturnType<typeof startPostgres>> | undefined
  let config: readonly string[]
  let env: Record<string, string>
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-bucket-'))
    mkdirSync(join(dir, 'generated'))
    for (let file = 0; file < 40; file++)
      writeFileSync(join(dir, 'generated', `project ${file}.zip`), randomBytes(500_000))
    store = await startS3()
    await store.makeBucket('autodev-backups')
    line = await cutLine(store.port)
    server = await startPostgres({ major: 15 })
    const client = await connect(server.url())
    await client.query(`create table projects (id int primary key, body text);
      insert into projects select n, string_agg(md5((n * 1000 + k)::text), '') from generate_series(1, 20000) n, generate_series(1, 20) k group by n`)
    await client.end()
    const to = {
      ...{ kind: 's3', bucket: 'autodev-backups', prefix: 'vigie', endpoint: `http://127.0.0.1:${line.port}` },
      ...{ accessKeyId: { env: 'S3_KEY' }, secretAccessKey: { env: 'S3_SECRET' } },
    }
    const components = {
      db: { kind: 'postgres', url: server.url(), backup: { bin: await postgresPrograms(15) } },
      files: { kind: 'files', path: 'generated' },
    }
    const nightly = { what: ['db', 'files'], to, keep: { last: 1, unfinished: '1d' } }
    const file = join(dir, 'vigie.config.json')
    writeFileSync(file, JSON.stringify({ name: 'AutoDev', components, backups: { nightly } }))
    config = ['--config', file]
    env = { S3_KEY: store.accessKeyId, S3_SECRET: store.secretAccessKey }
  })
  after(async () => {
    await line?.cut()
    await store?.stop()
    await server?.stop()
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
  })

  test('[A28] are streamed there without a copy here, compressed, checksummed, past a cut of the network; the last good one is never removed', async () => {
    let largest = 0
    let isOver = false
    const creating = vigie(['backups', 'create', '--json', ...config], { env }).finally(() => {
      isOver = true
    })
    let cuts = 0
    while (!isOver) {
      largest = Math.max(largest, bytesBelow(join(dir, '.vigie', 'scratch')))
      // In the middle of it, three times.
      if (cuts < 3 && largest >= 0 && globSync(join(dir, '.vigie', 'references', '**', '*.part')).length > 0) {
        cuts++
        await line.cut()
        await wait(300)
        await line.mend()
        await wait(700)
      }
      await wait(20)
    }
    const made = await creating
    assert.equal(made.code, 0, made.stdout + made.stderr)
    assert.ok(cuts > 0, 'it was cut')
    const [first] = (await vigie(['backups', 'list', '--json', ...config], { env })).json().backups
    const [database, , tree] = first.parts
    assert.equal(first.status, 'succeeded')
    assert.ok(database.storedBytes < database.bytes * 0.7, 'compressed')
    assert.ok(tree.bytes > 20_000_000)
    assert.ok(largest < 2_000_000, `${largest} bytes of it lay on this machine at once`)
    const verified = await vigie(['backups', 'verify', '--all', '--json', ...config], { env })
    assert.deepEqual([verified.code, verified.json().steps[0].status], [0, 'pass'], verified.stdout)

    // The next night, and one that could not copy all: of three the last good one stays, whatever the rule.
    writeFileSync(join(dir, 'generated', 'project 3.zip'), randomBytes(500_000))
    assert.equal((await vigie(['backups', 'create', ...config], { env })).code, 0)
    renameSync(join(dir, 'generated'), join(dir, 'away'))
    assert.equal((await vigie(['backups', 'create', ...config], { env })).code, 1)
    renameSync(join(dir, 'away'), join(dir, 'generated'))
    const planned = (await vigie(['backups', 'prune', '--dry-run', '--json', ...config], { env })).json()
    if (planned.run.plan !== null) {
      const pruned = await vigie(['backups', 'prune', '--approve', planned.run.plan, ...config], { env })
      assert.equal(pruned.code, 0, pruned.stdout)
    }
    const left = (await vigie(['backups', 'list', '--json', ...config], { env })).json().backups
    const good = left.filter(({ status }: { status: string }) => status === 'succeeded')
    assert.ok(good.length > 0, 'a good one is left')
    assert.ok(
      good.every(
        ({ base }: { base: string | null }) => base === null || left.some(({ id }: { id: string }) => id === base),
      ),
      'what a difference needs is there',
    )
    const drill = await vigie(['backups', 'drill', '--json', ...config], { env })
    assert.equal(drill.code, 0, drill.stdout)

    // Encrypted, where that is wanted: nothing of it can be read without the key, and with it a drill brings it back.
    const identity = await generateX25519Identity()
    writeFileSync(join(dir, 'age.key'), identity)
    const sealed = JSON.parse(readFileSync(config[1] ?? '', 'utf8'))
    const encrypt = { recipients: [await identityToRecipient(identity)], identity: { secretFile: 'age.key' } }
    sealed.backups = { sealed: { ...sealed.backups.nightly, what: ['db'], encrypt } }
    const file = join(dir, 'sealed.config.json')
    writeFileSync(file, JSON.stringify(sealed))
    const encrypted = await vigie(['backups', 'create', '--config', file], { env })
    assert.equal(encrypted.code, 0, encrypted.stdout)
    const proved = await vigie(['backups', 'drill', '--json', '--config', file], { env })
    assert.equal(proved.code, 0, proved.stdout)
    const { Contents = [] } =
      (await store?.client.send(
        new ListObjectsV2Command({ Bucket: 'autodev-backups', Prefix: 'vigie/AutoDev/sealed/' }),
      )) ?? {}
    const parts = Contents.filter(({ Key = '' }) => Key.includes('/db/'))
    assert.ok(parts.length > 0 && parts.every(({ Key = '' }) => Key.endsWith('.zst.age')), JSON.stringify(parts))

    // And the files alone come back, byte for byte.
    const words = [
      'backups',
      'restore',
      'latest',
      '--component',
      'files',
      '--to',
      join(dir, 'back'),
      '--yes',
      ...config,
    ]
    assert.equal((await vigie(words, { env })).code, 0)
    execFileSync('diff', ['-r', join(dir, 'back'), join(dir, 'generated')])
    assert.ok(!readFileSync(join(dir, '.vigie', 'state.db')).includes(env['S3_SECRET'] ?? '-'))
  })
})

function bytesBelow(folder: string): number {
  let bytes = 0
  for (const entry of globSync('**/*', { cwd: folder, withFileTypes: true })) {
    if (!entry.isFile()) continue
    try {
      bytes += statSync(join(entry.parentPath, entry.name)).size
    } catch {
      // It went while we looked.
    }
  }
  return bytes
}
