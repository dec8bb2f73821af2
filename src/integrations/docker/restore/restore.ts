import { BackupError, type StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Action, ActionOutcome } from '../../../core/task.ts'
import { dockerEngine, type Engine } from '../../../platform/docker/engine.ts'
import { detailOf } from '../../../platform/docker/engine-error.ts'
import { releaseForgotten } from '../../../platform/docker/hold.ts'
import { createVolume, inspectVolume, removeVolume, volumeUsers } from '../../../platform/docker/volumes.ts'
import { openAccess } from '../access/open-access.ts'
import { asBackupErrors } from '../look.ts'
import type { VolumeOptions } from '../options.ts'
import { factsOf, mustBeSame } from './compare.ts'
import { fromBackupLabel, madeForLabel, ofVolumeLabel } from './labels.ts'
import { putBackForgotten } from './put-back.ts'
import * as texts from './restore-texts.ts'
import { storedVolume } from './stored-volume.ts'
import { swapContents } from './swap.ts'
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
  if (there !== undefined && (await isWhole()))
    return { status: 'done', changed: false, note: texts.unpacked({ target }) }

  if (there !== undefined) await removeVolume(engine, target)
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
    await removeVolume(engine, target).catch((left: unknown) =>
      ctx.record({ what: `docker volume rm ${target}`, output: detailOf(left) }),
    )
    throw error
  }
  return { status: 'done', changed: true, note: texts.unpacked({ target }), bytes: facts.counts.bytes }

  /** An earlier restore brought it there; when somebody works on it, it is not ours any more. */
  async function isWhole(): Promise<boolean> {
    if (there === undefined) return false
    const access = await openAccess(engine, options, there, ctx)
    try {
      mustBeSame(facts, await factsOf(access, target, facts.tar), target)
      return true
    } catch (error) {
      if (!(error instanceof BackupError) || error.failure !== 'assertion') throw error
      if ((await volumeUsers(engine, there, ctx.signal)).length > 0) throw error
      return false
    }
  }
}
