import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { vigie } from '../support/cli.ts'
import { listing, type VolumeWorld, volumeWorld } from '../support/volume-world.ts'

describe('vigie backups of a Docker volume', { concurrency: 1 }, () => {
  let world: VolumeWorld
  let dir: string
  let config: readonly string[]
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-e2e-volume-'))
    mkdirSync(join(dir, 'repository'))
    world = await volumeWorld()
    const { engine, inside, start } = world
    await engine.docker('volume', 'create', 'shop_uploads')
    await inside('shop_uploads', 'mkdir /v/d; echo good > /v/d/x; chown 33:33 /v/d/x; chmod 750 /v/d')
    await start('shop_web_1', 'shop_uploads', 'trap "exit 0" TERM; while true; do sleep 0.1; done')
    const file = join(dir, 'vigie.config.yaml')
    writeFileSync(
      file,
      `name: S
components:
  uploads: { kind: volume, name: shop_uploads, host: '${engine.host}' }
  stack: { kind: compose, project: shop, host: '${engine.host}' }
backups:
  nightly: { what: [uploads], to: { kind: folder, path: '${dir}/repository' } }
`,
    )
    config = ['--config', file]
  })
  after(async () => {
    await world?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  test('asks before it pauses anybody, copies, proves, and brings back in its place with approval', async () => {
    const { engine, inside, stateOf } = world
    const asked = await vigie(['backups', 'create', ...config])
    assert.equal(asked.code, 3, asked.stdout)
    const made = await vigie(['backups', 'create', '--yes', ...config])
    assert.equal(made.code, 0, made.stdout)
    const drill = await vigie(['backups', 'drill', 'latest', '--json', ...config])
    assert.equal(drill.json().drill.status, 'passed', drill.stdout)
    const good = await listing(engine, 'shop_uploads')

    await inside('shop_uploads', 'echo spoiled > /v/d/x; rm -rf /v/e')
    const words = ['backups', 'restore', 'latest', '--over', ...config]
    const plan = (await vigie([...words, '--dry-run', '--json'])).json().run.plan
    const done = await vigie([...words, '--approve', plan])
    assert.equal(done.code, 0, done.stdout)
    assert.equal(await listing(engine, 'shop_uploads'), good)
    assert.equal(await stateOf('shop_web_1'), 'running')
    assert.equal((await engine.docker('exec', 'shop_web_1', 'cat', '/v/d/x')).trim(), 'good')
    const kept = (await engine.docker('volume', 'ls', '-q')).split('\n').find((name) => name.includes('_before_'))
    assert.ok(kept !== undefined && /spoiled/.test(await inside(kept, 'cat /v/d/x')))
  })

  test('puts all back when it is canceled in the middle of a swap, however long its containers take to stop', async () => {
    const { engine, inside, stateOf, start } = world
    await engine.docker('rm', '-f', 'shop_web_1')
    // Longer than a step that is canceled is waited for by itself.
    await start('shop_web_1', 'shop_uploads', 'trap "sleep 7; exit 0" TERM; while true; do sleep 0.1; done')
    await inside('shop_uploads', 'echo living > /v/d/x')
    const before = await listing(engine, 'shop_uploads')
    const words = ['backups', 'restore', 'latest', '--over', ...config]
    const plan = (await vigie([...words, '--dry-run', '--json'])).json().run.plan
    const interrupt = new AbortController()
    const restoring = vigie([...words, '--approve', plan], { interrupt: interrupt.signal })
    const journals = join(dir, '.vigie/docker/swaps')
    const until = performance.now() + 120_000
    while (!existsSync(journals) || readdirSync(journals).length === 0) {
      assert.ok(performance.now() < until, 'no swap was begun')
      await wait(50)
    }
    interrupt.abort()
    const { code, stdout, stderr } = await restoring
    assert.notEqual(code, 0, stdout)
    assert.match(stderr, /brought to a safe end first; Ctrl-C again/)
    assert.deepEqual(readdirSync(journals), [])
    assert.equal(await stateOf('shop_web_1'), 'running')
    assert.equal(await listing(engine, 'shop_uploads'), before)
  })

  test('says in French what it cannot do when the engine is gone, without a stack trace', async () => {
    const gone = join(dir, 'gone.config.yaml')
    writeFileSync(
      gone,
      `name: S
components: { uploads: { kind: volume, name: x, host: 'unix://${dir}/no.sock' } }
backups: { nightly: { what: [uploads], to: { kind: folder, path: '${dir}/repository' } } }
`,
    )
    const { code, stdout, stderr } = await vigie(['backups', 'create', '--yes', '--locale', 'fr', '--config', gone])
    assert.equal(code, 3, stdout)
    assert.match(stdout.replace(/\s+/g, ' '), /Le moteur Docker à unix:.*n'a pas répondu/)
    assert.doesNotMatch(stdout + stderr, /\bat .*\.ts:\d+/)
  })
})
