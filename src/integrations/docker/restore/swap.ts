import { BackupError, type StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { owe } from '../../../core/owed-work.ts'
import type { Action, ActionOutcome } from '../../../core/task.ts'
import { actOnContainer } from '../../../platform/docker/act-on-container.ts'
import { keepTouched } from '../../../platform/docker/claim.ts'
import { type Container, isRunning } from '../../../platform/docker/containers.ts'
import type { Engine } from '../../../platform/docker/engine.ts'
import { detailOf } from '../../../platform/docker/engine-error.ts'
import { waitHealthy } from '../../../platform/docker/healthy.ts'
import {
  createVolume,
  inspectVolume,
  removeVolume,
  type Volume,
  volumeUsers,
} from '../../../platform/docker/volumes.ts'
import { ownProcess } from '../../../platform/process-owner.ts'
import { openAccess } from '../access/open-access.ts'
import type { VolumeAccess } from '../access/volume-access.ts'
import { wroteMeanwhile } from '../dump-texts.ts'
import { lookAtVolume } from '../look.ts'
import type { VolumeOptions } from '../options.ts'
import { volumeGone } from '../volume-texts.ts'
import { factsOf, mustBeSame } from './compare.ts'
import { keepOld, putNew, type SwapVolumes, wayOf } from './content-mover.ts'
import { identityAt } from './folders.ts'
import { journalFile, removeJournal, type SwapJournal, writeJournal } from './journal.ts'
import { fromBackupLabel, madeForLabel, ofVolumeLabel } from './labels.ts'
import { putOldBack } from './put-back.ts'
import * as texts from './restore-texts.ts'
import { storedVolume } from './stored-volume.ts'
import { unaborted } from './unaborted.ts'

/**
 * Puts the content of the restored volume in the place of the living one: down, swap, up, healthy; the old content is kept
 * in a volume of its own. What fails, or is not healthy in time, puts all back. A journal is on the disk before each step.
 */
export async function swapContents(
  options: VolumeOptions,
  engine: Engine,
  stored: StoredComponent,
  { expected }: Action,
  ctx: StepContext,
): Promise<ActionOutcome> {
  const { name } = options
  const { facts } = storedVolume(stored, options)
  const { running } = await lookAtVolume(options, ctx)
  const planned = JSON.stringify(expected['containers'])
  if (JSON.stringify(running.map(({ id }) => id)) !== planned)
    return { status: 'skipped', reason: texts.othersHaveIt({ volume: name }) }
  const [restored, before] = [String(expected['restored']), String(expected['before'])]
  const access = await openAccess(engine, options, await inspectVolume(engine, name, ctx.signal), ctx)
  mustBeSame(facts, await factsOf(access, restored, facts.tar), restored)
  const volumes = await volumesOf(engine, { name, restored, before }, stored.backup, ctx)
  const way = await wayOf(access, volumes)
  const journal: SwapJournal = {
    ...{ owner: ownProcess(), address: engine.address, volume: name, restored, before, way, step: 'stop', kept: null },
    containers: running.map(({ id, name: container }) => ({ id, name: container })),
    old: way === 'rename' ? ((await identityAt(volumes.living.mountpoint)) ?? null) : null,
    new: way === 'rename' ? ((await identityAt(volumes.restored.mountpoint)) ?? null) : null,
  }
  await owe(ctx.signal, swapOrPutBack(options, engine, access, volumes, { running, journal }, ctx))
  await removeVolume(engine, restored).catch((error: unknown) =>
    ctx.record({ what: `docker volume rm ${restored}`, output: detailOf(error) }),
  )
  return { status: 'done', changed: true, note: texts.swapped({ volume: name, before }), bytes: facts.counts.bytes }
}

/** Afterwards the containers run, with the new content or with the old. */
async function swapOrPutBack(
  options: VolumeOptions,
  engine: Engine,
  access: VolumeAccess,
  volumes: SwapVolumes,
  { running, journal }: { readonly running: readonly Container[]; readonly journal: SwapJournal },
  ctx: StepContext,
): Promise<void> {
  await writeJournal(ctx, journal)
  const endTouching = keepTouched(journalFile(ctx, journal), ctx)
  const reached = { journal }
  try {
    await swap(options, engine, access, volumes, running, reached, ctx)
  } catch (error) {
    const own = unaborted(ctx)
    await putOldBack(engine, await openAccess(engine, options, volumes.living, own), reached.journal, options, own)
    throw new BackupError('assertion', texts.rolledBack({ volume: options.name, detail: detailOf(error) }), {
      cause: error,
      ...(error instanceof VigieError && error.hint && { hint: error.hint }),
    })
  } finally {
    endTouching()
  }
  await removeJournal(ctx, journal)
}

async function swap(
  { stopWithin: stopWithinMs, healthyWithin: limitMs }: VolumeOptions,
  engine: Engine,
  access: VolumeAccess,
  volumes: SwapVolumes,
  running: readonly Container[],
  reached: { journal: SwapJournal },
  ctx: StepContext,
): Promise<void> {
  const note = async (more: Partial<SwapJournal>): Promise<void> => {
    ctx.signal.throwIfAborted()
    const journal = { ...reached.journal, ...more }
    await writeJournal(ctx, journal)
    reached.journal = journal
  }
  for (const { id } of running) {
    ctx.signal.throwIfAborted()
    await actOnContainer(engine, id, 'stop', { stopWithinMs })
  }
  await nobodyRuns(engine, volumes.living)
  await note({ step: 'keep' })
  const kept = await keepOld(access, reached.journal.way, volumes)
  await note({ step: 'put', kept })
  await putNew(access, reached.journal.way, volumes)
  await note({ step: 'check' })
  for (const { id } of running.toReversed()) await actOnContainer(engine, id, 'start')
  await waitHealthy(
    engine,
    running.map(({ id }) => id),
    { limitMs, signal: ctx.signal },
  )
}

async function nobodyRuns(engine: Engine, volume: Volume): Promise<void> {
  const users = await volumeUsers(engine, volume)
  const up = users.filter(({ container }) => isRunning(container) || container.state === 'paused')
  if (up.length > 0) {
    const containers = up.map(({ container }) => container.name)
    throw new BackupError('assertion', wroteMeanwhile({ volume: volume.name, containers }))
  }
}

async function volumesOf(
  engine: Engine,
  { name, restored, before }: { readonly name: string; readonly restored: string; readonly before: string },
  backup: string,
  ctx: StepContext,
): Promise<SwapVolumes> {
  // The engine gives what is there already when it is asked to make it.
  if ((await inspectVolume(engine, before, ctx.signal)) !== undefined)
    throw new VigieError('action-refused', texts.exists({ name: before }), { hint: texts.existsHint({ name: before }) })
  const found = async (one: string): Promise<Volume> => {
    const volume = await inspectVolume(engine, one, ctx.signal)
    if (volume === undefined) throw volumeGone(one)
    return volume
  }
  const [living, fresh] = [await found(name), await found(restored)]
  await createVolume(engine, before, {
    [madeForLabel]: 'before-restore',
    [ofVolumeLabel]: name,
    [fromBackupLabel]: backup,
  })
  return { living, restored: fresh, before: await found(before) }
}
