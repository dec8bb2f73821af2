import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type TestContext, testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { type CopiedDatabase, copyDatabase, postgresOptionsOf } from '../../../../test/support/postgres-backup.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { isProcessAlive } from '../../../platform/process-alive.ts'
import { processOf } from '../../../platform/process-list.ts'
import { postgresBackup } from './postgres-backup.ts'

const limitMs = 60_000
const child = join(import.meta.dirname, '../../../../test/support/rehearse-child.ts')

describe('a rehearsal whose process is killed', () => {
  let dir: string
  let bin: string
  let ctx: TestContext
  let stored: CopiedDatabase
  const children: ChildProcess[] = []
  /** A process that has a restored copy, and the server of that. */
  const rehearsing = async () => {
    const scratch = await mkdtemp(join(dir, 'scratch-'))
    const started = spawn(process.execPath, [child, dir, bin, scratch], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(started)
    const [said] = await once(started.stdout, 'data')
    const sockets = String(said).trim()
    const [pid, data = ''] = (await readFile(join(sockets, '.s.PGSQL.5432.lock'), 'utf8')).split('\n')
    assert.ok(isProcessAlive(Number(pid)))
    const guard = processOf(Number(pid))?.parent ?? 0
    return { started, pid: Number(pid), guard, folders: [sockets, join(data, '..')] }
  }
  const gone = async (pid: number, folders: readonly string[]): Promise<void> => {
    const until = performance.now() + limitMs
    for (;;) {
      const there = await Promise.all(
        folders.map((one) =>
          access(one).then(
            () => true,
            () => false,
          ),
        ),
      )
      if (!isProcessAlive(pid) && there.every((one) => !one)) return
      assert.ok(performance.now() < until, `still there: ${pid} ${isProcessAlive(pid)} ${there}`)
      await wait(50)
    }
  }
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vigie-crash-test-'))
    bin = await postgresPrograms(15)
    ctx = testContext({ timeoutMs: 120_000 })
    const server = await startPostgres({ major: 15 })
    try {
      const client = await connect(server.url())
      await client.query('create table t as select generate_series(1, 10) as id').finally(() => client.end())
      stored = await copyDatabase(postgresOptionsOf(server.url(), { bin, globals: false }), ctx)
    } finally {
      await server.stop()
    }
    const [part] = stored.parts
    assert.ok(part)
    await writeFile(join(dir, 'database.dump'), part.read())
    await writeFile(join(dir, 'facts.json'), JSON.stringify(part.facts))
  })
  after(async () => {
    for (const one of children) one.kill('SIGKILL')
    await ctx?.close()
    if (dir !== undefined) await rm(dir, { recursive: true, force: true })
  })

  it('leaves no server and no files', async () => {
    const { started, pid, folders } = await rehearsing()
    started.kill('SIGKILL')
    await gone(pid, folders)
  })

  it('had a server without any network, where this machine can do that', async () => {
    const isRoot = process.getuid?.() === 0
    const words = isRoot ? ['--net', 'true'] : ['--user', '--map-current-user', '--net', 'true']
    const [code] = await once(
      spawn('unshare', words, { stdio: 'ignore' }).on('error', () => undefined),
      'close',
    )
    const { started, pid, folders } = await rehearsing()
    const [own, its] = await Promise.all(['self', String(pid)].map((one) => readlink(`/proc/${one}/ns/net`)))
    assert.equal(own !== its, code === 0)
    started.kill('SIGKILL')
    await gone(pid, folders)
  })

  it('together with the guard of its server is cleared away by the next one, and a living one is not', async () => {
    const dead = await rehearsing()
    const living = await rehearsing()
    const isDead = once(dead.started, 'exit')
    process.kill(dead.guard, 'SIGKILL')
    dead.started.kill('SIGKILL')
    await isDead
    assert.ok(isProcessAlive(dead.pid), 'the server ended with its guard')
    const scratch = await mkdtemp(join(dir, 'scratch-'))
    const options = postgresOptionsOf('postgres://nobody@nowhere.invalid/x', { bin })
    const rehearsal = await postgresBackup(options).rehearse(ctx, stored, scratch)
    try {
      await gone(dead.pid, dead.folders)
      assert.ok(isProcessAlive(living.pid), 'another one lost its server')
      assert.ok((await rehearsal.assertions([])).every(({ status }) => status === 'pass'))
    } finally {
      await rehearsal.end()
    }
    living.started.kill('SIGKILL')
    await gone(living.pid, living.folders)
  })
})
