import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { BackupError, type StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import type { Action, ActionOutcome } from '../../../core/task.ts'
import { readable } from './byte-path.ts'
import { compareTree } from './compare-tree.ts'
import { freeName, swapFolder, swapInside, swapSome, undoExchange } from './exchange.ts'
import { mustHaveRoom } from './free-room.ts'
import { beforePrefix } from './left-alone.ts'
import { type Expected, expectedSchema, identityAt, isMounted, stampOf } from './plan-restore.ts'
import { isEmptyFolder } from './remove-tree.ts'
import { changedSince, isThere, isThereHint, notAsUnpacked, replacedNote, restoredNote } from './restore-texts.ts'
import { makeStaging, openExchange, type Staging, stagingFolder } from './staging.ts'
import { treeIn } from './tree-facts.ts'
import { type Unpacked, unpackTree } from './unpack-tree.ts'

/**
 * Does a planned restore: unpacks beside, compares with the backup, and only then puts it in place. Whatever fails before
 * leaves everything as it was; what a killed one left is brought back first.
 */
export async function restoreTree(stored: StoredComponent, action: Action, ctx: StepContext): Promise<ActionOutcome> {
  const expected = expectedSchema.parse(action.expected)
  const { target, mode } = expected
  const found = treeIn(stored)
  const isInside = mode === 'inside' || (mode === 'some-over' && (await isMounted(target)))
  const folder = stagingFolder(target, isInside)
  const begun = isInside ? await openExchange(folder, target) : undefined
  if (begun !== undefined) await undoExchange(target, folder, begun)
  if ((await identityAt(target)) !== expected.identity) {
    return { status: 'skipped', reason: changedSince({ path: target }) }
  }
  if (mode === 'beside' || mode === 'some') await mustStillBeFree(target, expected)
  const staging = await makeStaging(target, isInside)
  try {
    await mustHaveRoom(staging.folder, found)
    const unpacked = await unpackTree(found, staging.tree, expected.only, ctx)
    await mustBeAsUnpacked(staging, unpacked, ctx)
    const note = await put(expected, staging, unpacked, stampOf(ctx.clock.now()))
    return { status: 'done', changed: true, bytes: unpacked.counts.bytes, note }
  } finally {
    await staging.remove()
  }
}

async function put({ mode, target, identity }: Expected, staging: Staging, unpacked: Unpacked, stamp: string) {
  const { files, hardLinks, bytes } = unpacked.counts
  const told = { files: files + hardLinks, bytes, place: target }
  if (mode === 'some-over') {
    if (identity === '') await mkdir(target, { mode: 0o755 })
    const kept = await swapSome(staging.tree, target, unpacked.topmost, `.before-${stamp}`)
    const [first] = kept
    if (first === undefined) return restoredNote(told)
    return replacedNote({ ...told, before: join(target, readable(first)) })
  }
  if (mode === 'inside') {
    const before = basename(await freeName(join(target, `${beforePrefix}${stamp}`)))
    const isKept = await swapInside(staging, target, before)
    return isKept ? replacedNote({ ...told, before: join(target, before) }) : restoredNote(told)
  }
  // Beside, nothing but an empty folder may stand there, which gives way to the rename.
  const isKept = mode === 'over' && identity !== ''
  const before = isKept ? await freeName(`${target}.before-${stamp}`) : undefined
  await swapFolder(staging, target, before)
  return before === undefined ? restoredNote(told) : replacedNote({ ...told, before })
}

async function mustStillBeFree(target: string, { identity }: Expected): Promise<void> {
  if (identity === '' || (await isEmptyFolder(target))) return
  throw new BackupError('assertion', isThere({ path: target }), { hint: isThereHint({}) })
}

async function mustBeAsUnpacked({ tree }: Staging, unpacked: Unpacked, ctx: StepContext): Promise<void> {
  const assertions = await compareTree(tree, unpacked, unpacked.sample, ctx)
  const wrong = assertions.find(({ status }) => status === 'fail')
  if (wrong === undefined) return
  const { name, expected, actual } = wrong
  throw new BackupError('assertion', notAsUnpacked({ name, expected, actual }))
}
