import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { testContext } from '../../../../test/support/context.ts'
import { mounted } from '../../../../test/support/mounted.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { copyDatabase, postgresOptionsOf, rendered } from '../../../../test/support/postgres-backup.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'

const child = join(import.meta.dirname, '../../../../test/support/rehearse-child.ts')

describe('a rehearsal on a disk that gets full', () => {
  let dir: string
  let bin: string
  const rehearse = async (megabytes: number) => {
    // The user of the server has to come there.
    const line = `mount -t tmpfs -o size=${megabytes}m,mode=755 tmpfs "$0"; mkdir -m 755 "$0/scratch"; exec "$@"`
    const small = join(dir, 'small')
    const argv = [...mounted(small, line), process.execPath, child, dir, bin, join(small, 'scratch')]
    const [program = '', ...args] = argv
    const { stdout } = await promisify(execFile)(program, args, { timeout: 240_000, killSignal: 'SIGKILL' })
    const { failure, text, left } = JSON.parse(stdout)
    return { failure, left, told: text === null ? '' : rendered(text) }
  }
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vigie-full-disk-'))
    await chmod(dir, 0o755)
    await mkdir(join(dir, 'small'))
    bin = await postgresPrograms(15)
    const ctx = testContext({ timeoutMs: 120_000 })
    const server = await startPostgres({ major: 15 })
    try {
      const client = await connect(server.url())
      const sql = 'create table t as select g as id, repeat(md5(g::text), 2) as v from generate_series(1, 300000) g'
      await client.query(sql).finally(() => client.end())
      const stored = await copyDatabase(postgresOptionsOf(server.url(), { bin, globals: false }), ctx)
      const [part] = stored.parts
      assert.ok(part)
      await writeFile(join(dir, 'database.dump'), part.read())
      // As if nobody knew how large it gets: then it is not refused before.
      await writeFile(join(dir, 'facts.json'), JSON.stringify({ ...part.facts, bytes: 1 }))
    } finally {
      await ctx.close()
      await server.stop()
    }
  })
  after(async () => {
    if (dir !== undefined) await rm(dir, { recursive: true, force: true })
  })

  it('has no room for the server itself', async () => {
    const { failure, told, left } = await rehearse(20)
    assert.equal(failure, 'no-space')
    assert.match(told, /The disk of .* is full: .*(?:No space left on device|could not extend file)/)
    assert.deepEqual(left, [])
  })

  it('has no room for what pg_restore brings', async () => {
    const { failure, told, left } = await rehearse(100)
    assert.equal(failure, 'no-space')
    assert.match(told, /The disk of .* is full: .*(?:No space left on device|could not extend file)/)
    assert.deepEqual(left, [])
  })

  it('is refused before where it is seen that it does not fit', async () => {
    const { failure, told, left } = await rehearse(70)
    assert.equal(failure, 'no-space')
    assert.match(told, /left; the rehearsal needs about/)
    assert.deepEqual(left, [])
  })
})
