import { BackupError, type RestoreWanted, type StoredComponent, type StoredPart } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Action } from '../../../core/task.ts'
import { dockerEngine, type Engine } from '../../../platform/docker/engine.ts'
import { inspectVolume, type Volume, volumeName } from '../../../platform/docker/volumes.ts'
import { openAccess } from '../access/open-access.ts'
import type { VolumeAccess } from '../access/volume-access.ts'
import type { VolumeFacts } from '../facts/volume-facts.ts'
import { asBackupErrors, lookAtVolume } from '../look.ts'
import type { VolumeOptions } from '../options.ts'
import { namesOf, refuseUnstoppable } from '../survey.ts'
import { readJournal } from './journal.ts'
import { fromBackupLabel, madeForLabel, ofVolumeLabel } from './labels.ts'
import * as texts from './restore-texts.ts'
import { storedVolume } from './stored-volume.ts'
import { mustUnderstand } from './unpack.ts'

/** Nobody restores the same backup over the same volume more often. */
const maxNames = 1000

/**
 * What bringing a volume back would do: a new volume beside first, compared with what was backed up. `over` adds a second
 * action, which swaps contents. A living volume that is gone is made again under its own name.
 */
export function planVolumeRestore(options: VolumeOptions) {
  return (ctx: StepContext, stored: StoredComponent, wanted: RestoreWanted): Promise<readonly Action[]> =>
    asBackupErrors(async () => {
      const { name } = options
      if (wanted.only.length > 0) throw new VigieError('usage', texts.onlyWhole({}), { hint: texts.onlyWholeHint({}) })
      const { part, facts } = storedVolume(stored, options)
      const engine = dockerEngine(options.host)
      const living = await inspectVolume(engine, name, ctx.signal)
      const access = await openAccess(engine, options, living, ctx)
      mustUnderstand(access, facts)
      const isOver = wanted.over && living !== undefined
      const stamp = stampOf(stored.at)
      const target = wanted.to ?? (wanted.over && living === undefined ? name : `${name}_restored_${stamp}`)
      const back = await putBackAction(engine, name, ctx)
      const unpack = await unpackAction(engine, { target, stored, isOver, name }, part, ctx)
      await mustFit(access, target, living, part, facts)
      return [...back, unpack, ...(isOver ? [await swapAction(options, engine, target, stamp, stored, ctx)] : [])]
    })
}

/** `20261121_0200`, of the begin of the backup, in UTC. */
function stampOf(at: Date): string {
  return at.toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '_')
}

async function putBackAction(engine: Engine, name: string, ctx: StepContext): Promise<readonly Action[]> {
  const journal = await readJournal(ctx, { address: engine.address, volume: name })
  if (journal === undefined) return []
  const { before, step } = journal
  const summary = texts.willPutBack({ volume: name, before })
  return [{ summary, effect: 'disrupt', target: name, expected: { does: 'put-back', before, step } }]
}

async function unpackAction(
  engine: Engine,
  { target, stored, isOver, name }: { target: string; stored: StoredComponent; isOver: boolean; name: string },
  part: StoredPart,
  ctx: StepContext,
): Promise<Action> {
  if (!volumeName.test(target)) throw new VigieError('usage', texts.badName({ name: target }))
  const there = await inspectVolume(engine, target, ctx.signal)
  const isOurs = there?.labels[fromBackupLabel] === stored.backup && there.labels[ofVolumeLabel] === name
  if (there !== undefined && !(isOurs && there.labels[madeForLabel] === 'restore'))
    throw new VigieError('action-refused', texts.exists({ name: target }), { hint: texts.existsHint({ name: target }) })
  const summary =
    there === undefined ? texts.willUnpack({ backup: stored.backup, target }) : texts.willReuse({ target })
  return {
    summary,
    effect: 'change',
    target,
    bytes: part.bytes,
    ...(!isOver && { undo: texts.removeIt({ name: target }) }),
    expected: { does: 'unpack', backup: stored.backup, isThere: there !== undefined },
  }
}

async function swapAction(
  options: VolumeOptions,
  engine: Engine,
  restored: string,
  stamp: string,
  { backup }: StoredComponent,
  ctx: StepContext,
): Promise<Action> {
  const { volume, running } = await lookAtVolume(options, ctx)
  const paused = running.find(({ state }) => state === 'paused')
  if (paused !== undefined)
    throw new BackupError('assertion', texts.isPaused({ container: paused.name }), {
      hint: texts.isPausedHint({ container: paused.name }),
      code: 'action-refused',
    })
  refuseUnstoppable(running)
  const before = await freeName(engine, `${volume.name}_before_${stamp}`, ctx)
  const containers = namesOf(running)
  return {
    summary: texts.willSwap({ volume: volume.name, restored, before, containers }),
    effect: 'destroy',
    target: volume.name,
    undo: texts.undoSwap({ volume: volume.name, before }),
    expected: { does: 'swap', backup, restored, before, containers: running.map(({ id }) => id) },
  }
}

async function freeName(engine: Engine, wanted: string, ctx: StepContext): Promise<string> {
  for (let number = 1; number < maxNames; number++) {
    const name = number === 1 ? wanted : `${wanted}_${number}`
    if ((await inspectVolume(engine, name, ctx.signal)) === undefined) return name
  }
  throw new VigieError('action-refused', texts.exists({ name: wanted }), { hint: texts.existsHint({ name: wanted }) })
}

/** Holes need no space, and the archive has none. */
async function mustFit(
  access: VolumeAccess,
  target: string,
  living: Volume | undefined,
  { bytes }: StoredPart,
  facts: VolumeFacts,
): Promise<void> {
  const free = living === undefined ? undefined : await access.freeBytes(living.name)
  const needed = Math.min(bytes, facts.counts.bytes)
  if (free !== undefined && free < needed)
    throw new BackupError('no-space', texts.noSpace({ volume: target, free, needed }))
}
