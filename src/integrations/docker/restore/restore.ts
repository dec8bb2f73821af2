import type { StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Action, ActionOutcome } from '../../../core/task.ts'
import { dockerEngine, type Engine } from '../../../platform/docker/engine.ts'
import { detailOf } from '../../../platform/docker/engine-error.ts'
import { releaseForgotten } from '../../../platform/docker/hold.ts'
import { createVolume, inspectVolume, removeVolume } from '../../../platform/docker/volumes.ts'
import { openAccess } from '../access/open-access.ts'
import { asBackupErrors } from '../look.ts'
import type { VolumeOptions } from '../options.ts'
import { factsOf, mustBeSame } from './compare.ts'
import { fromBackupLabel, madeForLabel, ofVolumeLabel } from './labels.ts'
import { putBackForgotten } from './put-back.ts'
import * as texts from './restore-texts.ts'
import { storedVolume } from './stored-volume.ts'
import { swapContents } from './swap.ts'
import { isUnfinished, markFinished, markUnfinished } from './unfinished.ts'
import { unpackInto } from './unpack.ts'

export function restoreVolume(options: VolumeOptions) {
  return (ctx: StepContext, stored: StoredComponent, action: Action): Promise<ActionOutcome> =>
    asBackupErrors(async () => {
      const engine = dockerEngine(options.host)
      await releaseForgotten(engine, ctx)
      switch (action.expected['does']) {
        case 'put-back': {
          if (!(await putBackForgotten(options, engine, ctx)))
            return { status: 'skipped', reason: texts.nothingToPutBack({}) }
          return { status: 'done', changed: true, note: texts.putBack({ volume: options.name }) }
        }
        case 'swap':
          return swapContents(options, engine, stored, action, ctx)
        default:
          return unpack(options, engine, stored, action, ctx)
      }
    })
}

async function unpack(
  options: VolumeOptions,
  engine: Engine,
  stored: StoredComponent,
  { target, expected }: Action,
  ctx: StepContext,
): Promise<ActionOutcome> {
  const { part, facts } = storedVolume(stored, options)
  const there = await inspectVolume(engine, target, ctx.signal)
  const isOurs = there?.labels[madeForLabel] === 'restore' && there.labels[fromBackupLabel] === stored.backup
  if ((there !== undefined) !== (expected['isThere'] === true) || (there !== undefined && !isOurs))
    throw new VigieError('action-refused', texts.exists({ name: target }), { hint: texts.existsHint({ name: target }) })
  const filling = { address: engine.address, volume: target }
  if (there !== undefined) {
    // An earlier restore brought it there whole; whatever else it holds since then is somebody's work.
    if (!(await isUnfinished(ctx, filling))) {
      const access = await openAccess(engine, options, there, ctx)
      mustBeSame(facts, await factsOf(access, target, facts.tar), target, texts.existsHint({ name: target }))
      return { status: 'done', changed: false, note: texts.unpacked({ target }) }
    }
    await removeVolume(engine, target)
  }
  await markUnfinished(ctx, filling)
  await createVolume(engine, target, {
    [madeForLabel]: 'restore',
    [ofVolumeLabel]: options.name,
    [fromBackupLabel]: stored.backup,
  })
  try {
    const access = await openAccess(engine, options, await inspectVolume(engine, target), ctx)
    await unpackInto(access, target, { part, facts }, options, ctx.signal)
  } catch (error) {
    // Half a volume would pass for a whole one.
    await removeVolume(engine, target).then(
      () => markFinished(ctx, filling),
      (left: unknown) => ctx.record({ what: `docker volume rm ${target}`, output: detailOf(left) }),
    )
    throw error
  }
  await markFinished(ctx, filling)
  return { status: 'done', changed: true, note: texts.unpacked({ target }), bytes: facts.counts.bytes }
}
