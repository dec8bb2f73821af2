import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { dumped, listing, storedAs, until, type VolumeWorld, volumeWorld } from '../../../test/support/volume-world.ts'
import { BackupError } from '../../core/backup.ts'
import { readFacts } from './facts/volume-facts.ts'
import { isUnfinished, markUnfinished } from './restore/unfinished.ts'

const run = promisify(execFile)

/** Names with a line end, a quote, bytes that are no text; owners, modes, links, holes, a pipe, an old time. */
const hostileTree = `
  mkdir -p /v/a/b "/v/it's" && cd /v
  echo one > a/one && chmod 4751 a/one && chown 33:44 a/one && ln a/one a/b/second
  ln -s /etc/passwd outward && ln -s ../a inward && mkfifo pipe && chmod 1777 a/b
  printf x > "$(printf 'line\\nend')" && printf y > "$(printf 'no-text-\\377\\376')" && printf z > "it's/\\"q\\""
  printf deep > "$(printf '%0200d' 1)"
  dd if=/dev/zero of=holes bs=1 count=1 seek=30000000 2>/dev/null
  dd if=/dev/urandom of=random bs=1k count=3000 2>/dev/null
  touch -d '2001-02-03 04:05:06' a/one && chown 1000:1000 . && chmod 750 .
`
const failsWith = (failure: string, code?: string) => (error: unknown) =>
  error instanceof BackupError && error.failure === failure && (code === undefined || error.code === code)

describe('the backup of a volume', { concurrency: 1 }, () => {
  let world: VolumeWorld
  before(async () => {
    world = await volumeWorld()
    await world.engine.docker('volume', 'create', 'tree')
    await world.inside('tree', hostileTree)
    await giveAttributes(world, 'tree')
  })
  after(() => world?.close())

  for (const image of [undefined, 'debian:test']) {
    const by = image === undefined ? 'its folder' : 'a container of an image with GNU tar'
    it(`through ${by} comes back with owners, modes, times, links, holes, attributes and hostile names`, async () => {
      const { ctx, engine, backupOf } = world
      const backup = backupOf('tree', image === undefined ? {} : { image })
      assert.deepEqual((await backup.survey(ctx)).parts, [{ name: 'volume', file: 'volume.tar', bytes: null }])
      const made = await dumped(backup, ctx)
      const facts = readFacts(made.dumped.facts)
      assert.equal(facts?.tar, 'gnu')
      assert.deepEqual(
        { ...facts?.counts, bytes: 0 },
        { files: 7, folders: 4, links: 2, hardLinks: 1, fifos: 1, devices: 0, bytes: 0 },
      )
      assert.ok(made.bytes.length < 10_000_000, 'holes are not stored')

      const to = `copy_${image === undefined ? 'here' : 'there'}`
      const stored = storedAs(made.bytes, made.dumped.facts)
      const plan = await backup.planRestore(ctx, stored, { over: false, to, only: [] })
      assert.deepEqual(
        plan.map(({ effect, target }) => ({ effect, target })),
        [{ effect: 'change', target: to }],
      )
      for (const action of plan) assert.equal((await backup.restore(ctx, stored, action)).status, 'done')
      assert.equal(await listing(engine, to), await listing(engine, 'tree'))
      assert.match(await attributesOf(world, to), /user\.colour="?blue/)
      const blocks = (await run('stat', ['-c', '%b', join(await folderOf(world, to), 'holes')])).stdout
      assert.ok(Number(blocks) < 1000, `${blocks} blocks of holes`)

      const again = await backup.planRestore(ctx, stored, { over: false, to, only: [] })
      const [outcome] = await Promise.all(again.map((action) => backup.restore(ctx, stored, action)))
      assert.deepEqual(outcome?.status === 'done' && outcome.changed, false, 'a second run finds it whole')
    })
  }

  it('gives the same bytes twice but for a number in the header of a file with holes, and the same facts by either way', async () => {
    const [one, two, other] = [
      await dumped(world.backupOf('tree'), world.ctx),
      await dumped(world.backupOf('tree'), world.ctx),
      await dumped(world.backupOf('tree', { image: 'debian:test' }), world.ctx),
    ]
    // GNU tar writes its process number into the name that such a file has for programs that know of no holes.
    const differing = one.bytes.filter((byte, at) => byte !== two.bytes[at]).length
    assert.ok(one.bytes.length === two.bytes.length && differing < 40, `${differing} bytes`)
    assert.equal(one.dumped.facts['digest'], other.dumped.facts['digest'])
  })

  it('with the tar of busybox says what it does not keep, and GNU tar brings its archive back', async () => {
    const { ctx, backupOf } = world
    const { notes } = await backupOf('tree', { image: 'busybox:test' }).survey(ctx)
    assert.deepEqual(
      notes.map(({ code }) => code),
      ['volume.no-attributes'],
    )
    const made = await dumped(backupOf('tree', { image: 'busybox:test' }), ctx)
    const rehearsal = await backupOf('tree').rehearse(ctx, storedAs(made.bytes, made.dumped.facts), await scratch())
    const assertions = await rehearsal.assertions([])
    await rehearsal.end()
    assert.deepEqual(
      assertions.filter(({ status }) => status === 'fail'),
      [],
    )
  })

  it('of GNU tar is not given to the tar of busybox, which would lose names and attributes', async () => {
    const made = await dumped(world.backupOf('tree'), world.ctx)
    const plan = world
      .backupOf('tree', { image: 'busybox:test' })
      .planRestore(world.ctx, storedAs(made.bytes, made.dumped.facts), { over: false, to: 'lost', only: [] })
    await assert.rejects(plan, { code: 'tool-missing' })
  })

  it('is rehearsed in a place of its own, which is gone afterwards, whatever its modes and flags', async () => {
    const { ctx, backupOf } = world
    const made = await dumped(backupOf('tree'), ctx)
    const place = await scratch()
    const rehearsal = await backupOf('tree').rehearse(ctx, storedAs(made.bytes, made.dumped.facts), place)
    const folder = rehearsal.env['VOLUME_DIR'] ?? ''
    const assertions = await rehearsal.assertions([{ name: 'sql', query: 'select 1', expect: '1' }])
    assert.deepEqual(
      assertions.filter(({ status }) => status === 'fail').map(({ name }) => name),
      ['sql'],
    )
    await writeFile(join(folder, 'a', 'late'), '')
    assert.ok((await rehearsal.assertions([])).some(({ status }) => status === 'fail'))
    await run('chattr', ['+i', join(folder, 'a', 'one')]).catch(() => undefined)
    await rehearsal.end()
    await assert.rejects(stat(folder), { code: 'ENOENT' })
  })

  it('is unpacked anew when the first time was killed, and never over what somebody did with it since', async () => {
    const { ctx, engine, backupOf, inside } = world
    const backup = backupOf('tree')
    const made = await dumped(backup, ctx)
    const stored = storedAs(made.bytes, made.dumped.facts)
    const wanted = { over: false, to: 'twice', only: [] }
    const words = ['app.vigie.made-for=restore', 'app.vigie.of-volume=tree', 'app.vigie.from-backup=B1']
    await engine.docker('volume', 'create', ...words.flatMap((label) => ['--label', label]), 'twice')
    await inside('twice', 'echo half > /v/half')
    const filling = { address: engine.host, volume: 'twice' }
    await markUnfinished(ctx, filling)
    for (const action of await backup.planRestore(ctx, stored, wanted)) await backup.restore(ctx, stored, action)
    assert.equal(await listing(engine, 'twice'), await listing(engine, 'tree'))
    assert.equal(await isUnfinished(ctx, filling), false)

    await inside('twice', 'echo work > /v/work')
    for (const action of await backup.planRestore(ctx, stored, wanted))
      await assert.rejects(backup.restore(ctx, stored, action), failsWith('assertion'))
    assert.match(await inside('twice', 'cat /v/work'), /work/)
  })

  it('that lost a byte, was cut, or has other facts leaves no volume behind', async () => {
    const { ctx, engine, backupOf } = world
    const backup = backupOf('tree')
    const { bytes, dumped: made } = await dumped(backup, ctx)
    const flipped = Buffer.from(bytes)
    const at = flipped.indexOf('one\n')
    flipped[at] = 0x4f
    const facts = readFacts(made.facts)
    assert.ok(facts !== undefined && at > 0)
    const other = { ...facts, counts: { ...facts.counts, files: facts.counts.files + 1 } }
    const bad = [
      { stored: storedAs(flipped, made.facts), failure: 'assertion' },
      { stored: storedAs(bytes.subarray(0, bytes.length / 2), made.facts), failure: undefined },
      { stored: storedAs(bytes, other), failure: 'assertion' },
    ]
    for (const { stored, failure } of bad) {
      const plan = await backup.planRestore(ctx, stored, { over: false, to: 'broken', only: [] })
      for (const action of plan)
        await assert.rejects(
          backup.restore(ctx, stored, action),
          (error: unknown) => error instanceof BackupError && (failure === undefined || error.failure === failure),
        )
      assert.doesNotMatch(await engine.docker('volume', 'ls', '-q'), /broken/)
    }
    const empty = { ...storedAs(bytes, made.facts), parts: [] }
    await assert.rejects(backup.rehearse(ctx, empty, await scratch()), failsWith('volume-missing'))
  })

  it('that is hostile is refused before tar gets it, whatever its facts say, and leaves nothing anywhere', async () => {
    const { ctx, engine, backupOf } = world
    const place = await scratch()
    await writeFile(join(place, 'x'), 'hostile')
    await run('ln', ['-s', place, join(place, 'link')])
    const counts = { files: 9, folders: 9, links: 9, hardLinks: 9, fifos: 9, devices: 0, bytes: 99 }
    const facts = { format: 1, volume: 'tree', tar: 'gnu', counts, digest: '0', postgres: [], quiet: 'none' }
    const target = join(place, 'written')
    for (const words of [
      ['--transform', 's,^,../../../../../../../../tmp/vigie-hostile-,', 'x'],
      ['--transform', `s,^x,${target},`, 'x'],
      ['--transform', 's,^x,link/written,', 'link', 'x'],
    ]) {
      const { stdout } = await run('tar', ['-P', '-C', place, '-cf', '-', ...words], { encoding: 'buffer' })
      for (const image of [undefined, 'debian:test']) {
        const backup = backupOf('tree', image === undefined ? {} : { image })
        const stored = storedAs(stdout, facts)
        for (const action of await backup.planRestore(ctx, stored, { over: false, to: 'hostile', only: [] }))
          await assert.rejects(backup.restore(ctx, stored, action), failsWith('checksum'))
        await assert.rejects(backup.rehearse(ctx, stored, await scratch()), failsWith('checksum'))
      }
      assert.doesNotMatch(await engine.docker('volume', 'ls', '-q'), /hostile/)
      await assert.rejects(stat(target), { code: 'ENOENT' })
      await assert.rejects(stat('/tmp/vigie-hostile-x'), { code: 'ENOENT' })
    }
  })

  it('is never restored onto a volume that is there, and only whole', async () => {
    const { ctx, engine, backupOf } = world
    const backup = backupOf('tree')
    const made = await dumped(backup, ctx)
    const stored = storedAs(made.bytes, made.dumped.facts)
    await engine.docker('volume', 'create', 'somebodys')
    const wanted = { over: false, to: 'somebodys', only: [] }
    await assert.rejects(backup.planRestore(ctx, stored, wanted), { code: 'action-refused' })
    await assert.rejects(backup.planRestore(ctx, stored, { over: false, only: ['a/one'] }), { code: 'usage' })
    await assert.rejects(backup.planRestore(ctx, stored, { over: false, to: '../x', only: [] }), { code: 'usage' })
  })

  it('names a volume that is not there, an engine that is not there, and an image that is not there', async () => {
    const { ctx, backupOf } = world
    await assert.rejects(backupOf('nowhere').survey(ctx), failsWith('volume-missing'))
    await assert.rejects(backupOf('tree', { host: 'unix:///nowhere.sock' }).survey(ctx), failsWith('unreachable'))
    await assert.rejects(backupOf('tree', { image: 'not:here' }).survey(ctx), { code: 'tool-missing' })
    await assert.rejects(backupOf('tree', { host: 'ssh://host' }).survey(ctx), { code: 'usage' })
    assert.doesNotMatch(await world.engine.docker('volume', 'ls', '-q'), /nowhere/)
  })

  it('refuses a volume in memory, which a stop would lose', async () => {
    const { ctx, engine, backupOf } = world
    const words = ['--opt', 'type=tmpfs', '--opt', 'device=tmpfs', '--opt', 'o=size=2m']
    await engine.docker('volume', 'create', '--driver', 'local', ...words, 'memory')
    await assert.rejects(backupOf('memory').survey(ctx), { code: 'action-refused' })
    await assert.rejects(dumped(backupOf('memory'), ctx), { code: 'action-refused' })
  })

  it('pauses who writes, and lets them go on, also when the copy fails', async () => {
    const { ctx, engine, backupOf, start, stateOf } = world
    await engine.docker('volume', 'create', 'busy')
    const script = 'i=0; while true; do i=$((i+1)); echo $i > /v/a; echo $i > /v/b; done'
    const id = await start('writer', 'busy', script)
    const backup = backupOf('busy')
    const survey = await backup.survey(ctx)
    assert.equal(survey.parts[0]?.effect, 'disrupt')
    const states: string[] = []
    const made = await backup.dump(ctx, 'volume', async () => void states.push(await stateOf('writer')))
    assert.ok(states.length > 0 && states.every((state) => state === 'paused'), states.join())
    assert.equal(made.facts['quiet'], 'pause')
    assert.equal(await stateOf('writer'), 'running')
    const full = async (): Promise<void> => {
      throw new BackupError('no-space', { code: 'test', params: {} })
    }
    await assert.rejects(backup.dump(ctx, 'volume', full), failsWith('no-space'))
    assert.equal(await stateOf('writer'), 'running')
    await engine.docker('rm', '-f', id)
  })

  it('leaves paused who was paused before, and finds out when somebody lets them go on meanwhile', async () => {
    const { ctx, engine, backupOf, start, stateOf } = world
    await engine.docker('volume', 'create', 'frozen')
    await world.inside('frozen', 'dd if=/dev/urandom of=/v/big bs=1M count=4 2>/dev/null')
    await start('sleeper', 'frozen', 'while true; do echo x > /v/x; sleep 0.1; done')
    await engine.docker('pause', 'sleeper')
    assert.equal((await backupOf('frozen').survey(ctx)).parts[0]?.effect, undefined)
    const made = await dumped(backupOf('frozen'), ctx)
    assert.equal(made.dumped.facts['quiet'], 'pause')
    assert.equal(await stateOf('sleeper'), 'paused')
    let waking: Promise<string> | undefined
    const woken = backupOf('frozen').dump(ctx, 'volume', async () => {
      waking ??= engine.docker('unpause', 'sleeper')
      await waking
    })
    await assert.rejects(woken, failsWith('truncated'))
    await engine.docker('rm', '-f', 'sleeper')
  })

  it('stops who writes when it is told to, and starts them again', async () => {
    const { ctx, engine, backupOf, start, stateOf } = world
    await engine.docker('volume', 'create', 'stopped')
    const id = await start('stoppable', 'stopped', 'trap "exit 0" TERM; while true; do sleep 0.1; done')
    const states: string[] = []
    const backup = backupOf('stopped', { whileInUse: 'stop' })
    await backup.dump(ctx, 'volume', async () => void states.push(await stateOf('stoppable')))
    assert.deepEqual([...new Set(states)], ['exited'])
    assert.equal(await stateOf('stoppable'), 'running')
    await engine.docker('rm', '-f', id)
    const passing = ['--rm', '-d', '--name', 'passing', '--network', 'none', '-v', 'stopped:/v', 'busybox:test']
    await engine.docker('run', ...passing, 'sleep', '1000')
    await assert.rejects(backup.survey(ctx), { code: 'action-refused' })
    assert.equal(await stateOf('passing'), 'running')
    await engine.docker('rm', '-f', 'passing')
  })

  it('does not count when somebody came up with the volume meanwhile', async () => {
    const { ctx, engine, backupOf, start } = world
    await engine.docker('volume', 'create', 'quiet')
    await world.inside('quiet', 'echo x > /v/x')
    let begun: Promise<string> | undefined
    const dump = backupOf('quiet').dump(ctx, 'volume', async () => {
      begun ??= start('late', 'quiet', 'sleep 1000')
      await begun
    })
    await assert.rejects(dump, failsWith('truncated'))
    await engine.docker('rm', '-f', 'late')
  })

  it('copied live does not count when a file changes while it is read', async () => {
    const { ctx, engine, backupOf, start } = world
    await engine.docker('volume', 'create', 'live')
    await world.inside('live', 'dd if=/dev/urandom of=/v/big bs=1M count=40 2>/dev/null; echo 1 > /v/last')
    await start('appender', 'live', 'while true; do echo x >> /v/big; done')
    const backup = backupOf('live', { whileInUse: 'live' })
    const dump = backup.dump(ctx, 'volume', async () => new Promise((resolve) => setTimeout(resolve, 5)))
    await assert.rejects(dump, failsWith('truncated'))
    await engine.docker('rm', '-f', 'appender')
  })

  it('starts again what a Vigie held that was killed', async () => {
    const { ctx, engine, start, stateOf, backupOf } = world
    await engine.docker('volume', 'create', 'held')
    await world.inside('held', 'dd if=/dev/urandom of=/v/big bs=1M count=4 2>/dev/null')
    await start('victim', 'held', 'while true; do echo x > /v/x; sleep 0.1; done')
    const child = join(import.meta.dirname, '..', '..', '..', 'test', 'support', 'volume-child.ts')
    const spec = JSON.stringify({ does: 'dump', name: 'held', host: engine.host, dataDir: ctx.dataDir })
    const killed = run(process.execPath, [child, spec]).then(
      () => 'ended',
      () => 'killed',
    )
    await until(async () => (await stateOf('victim')) === 'paused', 'the victim is paused')
    const { stdout } = await run('pgrep', ['-f', `${child} .*"held"`])
    for (const pid of stdout.trim().split('\n')) process.kill(Number(pid), 'SIGKILL')
    assert.equal(await killed, 'killed')
    assert.equal(await stateOf('victim'), 'paused')
    const made = await dumped(backupOf('held'), ctx)
    assert.ok(made.dumped.notes.some(({ code }) => code === 'volume.released-again'))
    assert.equal(await stateOf('victim'), 'running')
    await engine.docker('rm', '-f', 'victim')
  })
})

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-volume-scratch-'))
  after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function folderOf({ engine }: VolumeWorld, volume: string): Promise<string> {
  return (await engine.docker('volume', 'inspect', '--format', '{{.Mountpoint}}', volume)).trim()
}

/** Attributes are given by Python, since Node has no way to. */
async function giveAttributes(world: VolumeWorld, volume: string): Promise<void> {
  const file = join(await folderOf(world, volume), 'a', 'one')
  await run('python3', ['-c', 'import os, sys; os.setxattr(sys.argv[1], "user.colour", b"blue")', file])
}

async function attributesOf(world: VolumeWorld, volume: string): Promise<string> {
  const file = join(await folderOf(world, volume), 'a', 'one')
  const script =
    'import os, sys; print("".join(f"{n}={os.getxattr(sys.argv[1], n).decode()}" for n in os.listxattr(sys.argv[1])))'
  return (await run('python3', ['-c', script, file])).stdout
}
