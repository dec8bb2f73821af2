import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { type VolumeWorld, volumeWorld } from '../../../test/support/volume-world.ts'
import { composeOptions } from './options.ts'
import { stackContainers } from './stack.ts'

describe('the containers of a compose stack', { concurrency: 1 }, () => {
  let world: VolumeWorld
  const stack = (project = 'shop') => stackContainers(composeOptions.parse({ project, host: world.engine.host }))
  const labels = (service: string, ...more: readonly string[]): readonly string[] =>
    ['com.docker.compose.project=shop', `com.docker.compose.service=${service}`, ...more].flatMap((one) => [
      '--label',
      one,
    ])
  before(async () => {
    world = await volumeWorld()
    const { start } = world
    const patient = 'trap "exit 0" TERM; while true; do sleep 0.1; done'
    const health = ['--health-cmd', 'test -e /v/healthy', '--health-interval', '1s', '--health-retries', '100']
    await start('shop_web_1', 'data', patient, ...labels('web'))
    await start('shop_db_1', 'data', patient, ...labels('db'), ...health)
    await start('shop_db_run', 'data', patient, ...labels('db', 'com.docker.compose.oneoff=True'))
    await start('other', 'data', patient)
  })
  after(() => world?.close())

  it('are those with its labels, with their state and health; what was run once is none', async () => {
    assert.deepEqual(
      (await stack().list(world.ctx)).map(({ name, service, state, health }) => ({ name, service, state, health })),
      [
        { name: 'shop_db_1', service: 'db', state: 'running', health: 'starting' },
        { name: 'shop_web_1', service: 'web', state: 'running', health: 'none' },
      ],
    )
    assert.deepEqual(await stack('nothing').list(world.ctx), [])
    await assert.rejects(stack().act(world.ctx, 'cache', 'stop'), { code: 'action-refused' })
  })

  it('are stopped, started, paused and let go on; what is so already is left alone', async () => {
    const { ctx, stateOf } = world
    for (const [act, state] of [
      ['pause', 'paused'],
      ['pause', 'paused'],
      ['unpause', 'running'],
      ['stop', 'exited'],
      ['stop', 'exited'],
      ['start', 'running'],
      ['start', 'running'],
    ] as const) {
      const seen = await stack().act(ctx, 'web', act)
      assert.deepEqual([seen.map((one) => one.state), await stateOf('shop_web_1')], [[state], state], act)
    }
    assert.equal(await stateOf('other'), 'running')
  })

  it('are waited for until they are healthy, and no longer than told', async () => {
    const { ctx, inside } = world
    await assert.rejects(stack().waitHealthy(ctx, 'db', 1500), { code: 'action-refused' })
    const waiting = stack().waitHealthy(ctx, 'db', 60_000)
    await inside('data', 'touch /v/healthy')
    await waiting
    await stack().waitHealthy(ctx, 'web', 60_000)
  })

  it('run a program byte for byte, with its own exit code, and without a terminal', async () => {
    const { ctx } = world
    const bytes = Buffer.concat([Buffer.from('\r\n\n\u0000\u0003\u0004\u001a\u00ff'), randomBytes(3_000_000)])
    const given = async function* () {
      for (let at = 0; at < bytes.length; at += 65_537) yield bytes.subarray(at, at + 65_537)
    }
    const got: Buffer[] = []
    const take = async (piece: Uint8Array): Promise<void> => void got.push(Buffer.from(piece))
    const echoed = await stack().exec(ctx, 'web', { argv: ['cat'], stdin: given(), onStdout: take })
    assert.equal(echoed.exitCode, 0)
    const digest = (one: Buffer): string => createHash('sha256').update(one).digest('hex')
    assert.equal(digest(Buffer.concat(got)), digest(bytes))

    const argv = [
      'sh',
      '-c',
      'echo out; echo err >&2; test -t 0 || test -t 1 || echo "$A" "$1"; exit 7',
      'sh',
      'a\nb\'"',
    ] as const
    const said = await stack().exec(ctx, 'web', { argv, env: { A: 'x=y $z' } })
    assert.deepEqual(said, { exitCode: 7, stdout: 'out\nx=y $z a\nb\'"\n', stderr: 'err\n' })
    const missing = await stack()
      .exec(ctx, 'web', { argv: ['/no/such/program'] })
      .catch((error: unknown) => error)
    assert.ok(
      missing instanceof Error || ('exitCode' in Object(missing) && Reflect.get(Object(missing), 'exitCode') !== 0),
    )
  })

  it('end with what those who give and take the bytes threw', async () => {
    const { ctx } = world
    const broken = async function* () {
      yield Buffer.from('x')
      throw new RangeError('the source broke')
    }
    await assert.rejects(stack().exec(ctx, 'web', { argv: ['cat'], stdin: broken() }), /the source broke/)
    const full = async (): Promise<void> => {
      throw new RangeError('the place is full')
    }
    await assert.rejects(stack().exec(ctx, 'web', { argv: ['yes'], onStdout: full }), /the place is full/)
    const limited = new AbortController()
    const endless = stack().exec({ ...ctx, signal: limited.signal }, 'web', { argv: ['sleep', '1000'] })
    setTimeout(() => limited.abort(new Error('time is over')), 500)
    await assert.rejects(endless, /time is over/)
  })
})
