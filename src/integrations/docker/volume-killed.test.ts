import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  dumped,
  journals,
  type LivingVolumes,
  listing,
  livingVolumes,
  type VolumeWorld,
  volumeWorld,
} from '../../../test/support/volume-world.ts'
import { dockerEngine } from '../../platform/docker/engine.ts'
import { ownProcess } from '../../platform/process-owner.ts'
import { identityAt } from './restore/folders.ts'
import { writeJournal } from './restore/journal.ts'

/** It takes its time to stop, so that there is a moment to kill in. */
const slowToStop = 'trap "sleep 1; exit 0" TERM; while true; do sleep 0.1; done'
const child = join(import.meta.dirname, '..', '..', '..', 'test', 'support', 'volume-child.ts')

describe('a restore in the place of a volume that is killed', { concurrency: 1 }, () => {
  let world: VolumeWorld
  let living: LivingVolumes
  before(async () => {
    world = await volumeWorld()
    living = await livingVolumes(world)
  })
  after(() => world?.close())

  for (const { options, at } of [
    { options: {}, at: ['stop', 'keep', 'put', 'check'] },
    { options: { image: 'debian:test' }, at: ['put'] },
  ]) {
    const by = 'image' in options ? 'copying through containers' : 'changing places of folders'
    it(`by ${by}: killed at any step, the next work on the volume puts the old content back`, async () => {
      const { ctx, engine, backupOf, stateOf } = world
      for (const step of at) {
        const { name, container, listing: old } = await living.make(slowToStop)
        const spec = {
          does: 'restore',
          name,
          host: engine.host,
          dataDir: ctx.dataDir,
          archive: living.archive,
          options,
        }
        await killedAt(step, spec, ctx.dataDir)
        const again = await living.planOver(name, options)
        if (again.length === 3) {
          assert.equal(again[0]?.expected['does'], 'put-back')
          await backupOf(name, options).restore(ctx, living.stored, again[0] as NonNullable<(typeof again)[0]>)
        }
        const content = await listing(engine, name)
        // Between the last look at the journal and the kill the restore may have come to its end.
        assert.ok(content === old || (step === 'check' && content === living.listing), `${step}: neither old nor new`)
        assert.equal(await stateOf(container), 'running', step)
        assert.deepEqual(await journals(ctx.dataDir), [])
        await engine.docker('rm', '-f', container)
      }
    })
  }

  it('killed between the two renames, or after both, puts the old folder back in its place', async () => {
    const { ctx, engine, backupOf } = world
    for (const moved of [0, 1, 2]) {
      const { name, container, id, listing: old } = await living.make()
      await engine.docker('stop', container)
      const [restored, kept] = [`${name}_restored`, `${name}_before`]
      for (const one of [restored, kept]) await engine.docker('volume', 'create', one)
      await world.inside(restored, 'echo new > /v/needed')
      const at = async (one: string) => (await engine.docker('volume', 'inspect', '-f', '{{.Mountpoint}}', one)).trim()
      const [inPlace, fresh, beside] = [await at(name), await at(restored), await at(kept)]
      await writeJournal(ctx, {
        ...{ owner: ownProcess(), address: dockerEngine(engine.host).address, volume: name, restored, before: kept },
        ...{ way: 'rename', step: 'put', containers: [{ id, name: container }], kept: null },
        old: (await identityAt(inPlace)) ?? null,
        new: (await identityAt(fresh)) ?? null,
      })
      if (moved > 0) await rename(inPlace, beside)
      if (moved > 1) await rename(fresh, inPlace)
      await dumped(backupOf(name), ctx)
      assert.equal(await listing(engine, name), old, `${moved} renames`)
      assert.equal(await world.stateOf(container), 'running')
      if (moved > 1) assert.match(await world.inside(restored, 'cat /v/needed'), /new/)
      await engine.docker('rm', '-f', container)
    }
  })
})

const steps = ['stop', 'keep', 'put', 'check']

/** A step that passes in less than a look is over by then: the one after it will do. */
async function killedAt(step: string, spec: object, dataDir: string): Promise<void> {
  const killed = spawn(process.execPath, [child, JSON.stringify(spec)], { stdio: ['ignore', 'ignore', 'inherit'] })
  const gone = new Promise((resolve) => killed.once('exit', resolve))
  const deadline = Date.now() + 120_000
  const wanted = steps.slice(steps.indexOf(step))
  const isThere = async (): Promise<boolean> => (await journals(dataDir)).some((one) => wanted.includes(one))
  while (!(await isThere())) {
    assert.equal(killed.exitCode, null, `ended before ${step}`)
    assert.ok(Date.now() < deadline, `never came to ${step}`)
    // A step of renames takes less than any wait.
    await new Promise((resolve) => setImmediate(resolve))
  }
  killed.kill('SIGKILL')
  await gone
}
