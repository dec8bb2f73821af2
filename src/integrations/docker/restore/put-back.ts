import { BackupError } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { actOnContainer } from '../../../platform/docker/act-on-container.ts'
import { isForgotten } from '../../../platform/docker/claim.ts'
import { inspectContainer } from '../../../platform/docker/containers.ts'
import type { Engine } from '../../../platform/docker/engine.ts'
import { detailOf, isGone } from '../../../platform/docker/engine-error.ts'
import { inspectVolume, removeVolume, type Volume } from '../../../platform/docker/volumes.ts'
import { ownProcess } from '../../../platform/process-owner.ts'
import { openAccess } from '../access/open-access.ts'
import type { VolumeAccess } from '../access/volume-access.ts'
import type { VolumeOptions } from '../options.ts'
import { volumeGone } from '../volume-texts.ts'
import { factsOf, mustBeSame } from './compare.ts'
import { copyContent } from './content-mover.ts'
import { identityAt, isSameFolder, makeEmpty, moveFolder } from './folders.ts'
import { journalFile, readJournal, removeJournal, type SwapJournal } from './journal.ts'
import { notPutBack, notPutBackHint, unfinished } from './restore-texts.ts'
import { markUnfinished } from './unfinished.ts'

/** A restore that was killed in the middle of its swap: the old content comes back. True when there was one. */
export async function putBackForgotten(options: VolumeOptions, engine: Engine, ctx: StepContext): Promise<boolean> {
  const journal = await readJournal(ctx, { address: engine.address, volume: options.name })
  if (journal === undefined) return false
  const isOwn = journal.owner === ownProcess()
  if (!isOwn && !(await isForgotten(journalFile(ctx, journal), journal.owner, ctx)))
    throw new VigieError('locked', unfinished({ volume: options.name }))
  const volume = await inspectVolume(engine, options.name, ctx.signal)
  const access = await openAccess(engine, options, volume, ctx)
  await putOldBack(engine, access, journal, options, ctx)
  return true
}

/**
 * Whatever step it was in, all is as before the swap afterwards: the old content in its place, its containers started. Doing
 * it again does no harm. Throws when it cannot, and leaves the journal for the next try.
 */
export async function putOldBack(
  engine: Engine,
  access: VolumeAccess,
  journal: SwapJournal,
  { stopWithin }: Pick<VolumeOptions, 'stopWithin'>,
  ctx: StepContext,
): Promise<void> {
  const { volume, before } = journal
  try {
    if (journal.step !== 'stop') {
      for (const { id } of journal.containers)
        await orGone(actOnContainer(engine, id, 'stop', { stopWithinMs: stopWithin }))
    }
    if (journal.way === 'rename') {
      // Those who had the new content may have written into it: the next restore unpacks it anew.
      await markUnfinished(ctx, { address: journal.address, volume: journal.restored })
      await moveBack(engine, journal)
    }
    if (journal.way === 'copy' && (journal.step === 'put' || journal.step === 'check')) {
      if (journal.kept !== null) mustBeSame(journal.kept, await factsOf(access, before, access.tar), before)
      await access.clear(volume)
      await copyContent(access, before, volume)
    }
    for (const { id } of journal.containers.toReversed()) await orGone(startAgain(engine, id))
  } catch (error) {
    throw new BackupError('assertion', notPutBack({ volume, before, detail: detailOf(error) }), {
      hint: notPutBackHint({}),
      cause: error,
      code: 'action-refused',
    })
  }
  await removeJournal(ctx, journal)
  // What stays is a copy that nobody needs; its name would stand in the way of nothing.
  await removeVolume(engine, before).catch((error: unknown) =>
    ctx.record({ what: `docker volume rm ${before}`, output: detailOf(error) }),
  )
}

/** The old folder is found by what it is, not by where it should be. */
async function moveBack(engine: Engine, { volume, before, restored, old }: SwapJournal): Promise<void> {
  const [living, kept] = [await existing(engine, volume), await existing(engine, before)]
  const inPlace = await identityAt(living.mountpoint)
  if (isSameFolder(inPlace, old)) return
  if (!isSameFolder(await identityAt(kept.mountpoint), old)) throw volumeGone(before)
  if (inPlace !== undefined) await moveFolder(living.mountpoint, (await existing(engine, restored)).mountpoint)
  await moveFolder(kept.mountpoint, living.mountpoint)
  await makeEmpty(kept.mountpoint)
}

async function existing(engine: Engine, name: string): Promise<Volume> {
  const found = await inspectVolume(engine, name)
  if (found === undefined) throw volumeGone(name)
  return found
}

async function startAgain(engine: Engine, id: string): Promise<void> {
  const { state } = await inspectContainer(engine, id)
  if (state === 'exited' || state === 'created') await actOnContainer(engine, id, 'start')
}

async function orGone(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isGone(error)) throw error
  }
}
