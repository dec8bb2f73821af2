import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  journals,
  type LivingVolumes,
  listing,
  livingVolumes,
  until,
  type VolumeWorld,
  volumeWorld,
} from '../../../test/support/volume-world.ts'
import { BackupError } from '../../core/backup.ts'

describe('a restore in the place of a volume', { concurrency: 1 }, () => {
  let world: VolumeWorld
  let living: LivingVolumes
  before(async () => {
    world = await volumeWorld()
    living = await livingVolumes(world)
  })
  after(() => world?.close())

  for (const options of [{}, { image: 'debian:test' }]) {
    const by = 'image' in options ? 'copying through containers' : 'changing places of folders'
    it(`[B16] by ${by}: unpacked and compared beside first, then down, swap, up, healthy; the old content is kept`, async () => {
      const { ctx, engine, backupOf, stateOf } = world
      const { name, container, listing: old } = await living.make()
      const plan = await living.planOver(name, options)
      assert.deepEqual(
        plan.map(({ effect, target }) => ({ effect, target })),
        [
          { effect: 'change', target: `${name}_restored_20261121_0200` },
          { effect: 'destroy', target: name },
        ],
      )
      const [unpack, swap] = plan
      assert.ok(unpack !== undefined && swap !== undefined)
      await backupOf(name, options).restore(ctx, living.stored, unpack)
      assert.equal(await listing(engine, name), old, 'nothing of the living one is touched before the swap')
      assert.equal(await listing(engine, unpack.target), living.listing)
      const outcome = await backupOf(name, options).restore(ctx, living.stored, swap)
      assert.deepEqual([outcome.status, 'changed' in outcome && outcome.changed], ['done', true])
      assert.equal(await listing(engine, name), living.listing, 'owners, modes, times')
      assert.equal(await listing(engine, `${name}_before_20261121_0200`), old)
      assert.equal(await stateOf(container), 'running')
      assert.equal((await engine.docker('exec', container, 'cat', '/v/d/x')).trim(), 'good')
      assert.ok(!(await living.names()).includes(unpack.target))
      await engine.docker('rm', '-f', container)
    })

    it(`[B16] by ${by}: what is not healthy in time puts all back as it was`, async () => {
      const { ctx, engine, backupOf, stateOf } = world
      const health = ['--health-cmd', 'test -e /v/only-old', '--health-interval', '1s', '--health-retries', '2']
      const { name, container, listing: old } = await living.make(undefined, ...health)
      await until(async () => (await healthOf(world, container)) === 'healthy', 'healthy before')
      const [unpack, swap] = await living.planOver(name, options)
      assert.ok(unpack !== undefined && swap !== undefined)
      const backup = backupOf(name, { ...options, healthyWithin: '30s' })
      await backup.restore(ctx, living.stored, unpack)
      await assert.rejects(
        backup.restore(ctx, living.stored, swap),
        (error: unknown) =>
          error instanceof BackupError && error.failure === 'assertion' && error.text.code === 'volume.rolled-back',
      )
      assert.equal(await listing(engine, name), old)
      assert.equal(await stateOf(container), 'running')
      assert.ok(!(await living.names()).includes(`${name}_before_20261121_0200`))
      assert.deepEqual(await journals(ctx.dataDir), [])
      const [again] = await living.planOver(name, options)
      assert.ok(again !== undefined)
      assert.equal((await backup.restore(ctx, living.stored, again)).status, 'done', 'it can be tried again')
      await engine.docker('rm', '-f', container)
    })
  }

  it('is not done when other containers have the volume than the plan says', async () => {
    const { ctx, engine, backupOf, start } = world
    const { name, container, listing: old } = await living.make()
    const [unpack, swap] = await living.planOver(name)
    assert.ok(unpack !== undefined && swap !== undefined)
    await backupOf(name).restore(ctx, living.stored, unpack)
    await start('newcomer', name, 'sleep 1000')
    assert.equal((await backupOf(name).restore(ctx, living.stored, swap)).status, 'skipped')
    assert.equal(await listing(engine, name), old)
    await engine.docker('rm', '-f', container, 'newcomer')
  })

  it('is not done when the unpacked volume was changed meanwhile', async () => {
    const { ctx, engine, backupOf } = world
    const { name, container, listing: old } = await living.make()
    const [unpack, swap] = await living.planOver(name)
    assert.ok(unpack !== undefined && swap !== undefined)
    await backupOf(name).restore(ctx, living.stored, unpack)
    await world.inside(unpack.target, 'echo changed > /v/d/x')
    await assert.rejects(
      backupOf(name).restore(ctx, living.stored, swap),
      (error: unknown) => error instanceof BackupError,
    )
    assert.equal(await listing(engine, name), old)
    assert.equal(await world.stateOf(container), 'running')
    assert.ok(!(await living.names()).includes(`${name}_before_20261121_0200`))
    await engine.docker('rm', '-f', container)
  })

  it('makes a volume that is gone again under its own name, which destroys nothing', async () => {
    const { ctx, engine, backupOf } = world
    const plan = await living.planOver('lost')
    assert.deepEqual(
      plan.map(({ effect, target }) => ({ effect, target })),
      [{ effect: 'change', target: 'lost' }],
    )
    for (const action of plan) await backupOf('lost').restore(ctx, living.stored, action)
    assert.equal(await listing(engine, 'lost'), living.listing)
  })
})

async function healthOf({ engine }: VolumeWorld, container: string): Promise<string> {
  return (await engine.docker('inspect', '--format', '{{.State.Health.Status}}', container)).trim()
}
