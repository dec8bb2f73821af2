import { access, constants, lstat, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as z from 'zod'
import { BackupError, type RestoreWanted, type StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { errorCode } from '../../../core/field-of.ts'
import type { Action } from '../../../core/task.ts'
import { readMounts } from '../../../platform/mount-table.ts'
import type { FilesOptions } from '../options.ts'
import { isBelow, realPaths } from '../paths.ts'
import { quarantineFolder } from '../protected-directory.ts'
import { refusal, refusedRootRemedy } from '../root.ts'
import { backupRules } from './backup-rules.ts'
import { joined, readable } from './byte-path.ts'
import { mustHaveRoom } from './free-room.ts'
import { beforePrefix, restoreFolder } from './left-alone.ts'
import { isEmptyFolder } from './remove-tree.ts'
import * as texts from './restore-texts.ts'
import { isHalfExchanged, mustBeOurs, stagingFolder } from './staging.ts'
import { treeIn } from './tree-facts.ts'
import { walkTree } from './tree-walk.ts'

export const restoreModes = ['beside', 'over', 'inside', 'some', 'some-over'] as const
export const expectedSchema = z.object({
  mode: z.enum(restoreModes),
  target: z.string(),
  only: z.array(z.string()),
  /** Which folder stands there now; '' for none. */
  identity: z.string(),
})
export type Expected = z.output<typeof expectedSchema>

/** What restoring a tree would do: one action. What stands in its way is thrown before anything is touched. */
export async function planTreeRestore(
  options: FilesOptions,
  stored: StoredComponent,
  wanted: RestoreWanted,
  ctx: StepContext,
): Promise<readonly Action[]> {
  const found = treeIn(stored)
  const { facts } = found
  const living = await realPlace(resolve(ctx.baseDir, options.path))
  const { only, over } = wanted
  const target = over ? living : await realPlace(resolve(ctx.baseDir, wanted.to ?? besideOf(living, stored.at)))
  // Of nothing, and of a tree in the middle of a restore, no safety copy can be made; the restore brings back what was there.
  const isLosing = over && (await holdsAnything(options, target, only, ctx)) && !(await isHalfExchanged(target))
  if (!over) await mustBeFree(target, living, ctx)
  const isMount = await isMounted(target)
  const mode = only.length > 0 ? (over ? 'some-over' : isMount ? 'inside' : 'some') : overMode(over, isMount)
  const isInside = mode === 'inside' || (mode === 'some-over' && isMount)
  const folder = isInside ? target : dirname(target)
  await mustBeWritable(folder)
  await mustBeOurs(stagingFolder(target, isInside), target)
  await mustHaveRoom(folder, found)
  const told = {
    ...{ backup: stored.backup, at: stored.at.toISOString(), path: target },
    ...{ files: facts.counts.files + facts.counts.hardLinks, bytes: facts.counts.bytes },
    keepsOwners: process.getuid?.() === 0,
  }
  const expected: Expected = { mode, target, only: [...only], identity: await identityAt(target) }
  const summary = {
    beside: () => texts.restoreBeside(told),
    over: () => texts.restoreOver(told),
    inside: () => texts.restoreInside(told),
    some: () => texts.restoreSome({ ...told, only }),
    'some-over': () => texts.restoreSomeOver({ ...told, only }),
  }[mode]()
  return [
    {
      summary,
      effect: isLosing ? 'destroy' : 'change',
      target,
      bytes: facts.counts.bytes,
      ...(isLosing && { undo: texts.undoOver({ path: target }) }),
      expected,
    },
  ]
}

/** By which it is known that the folder is still the one that was planned for. */
export async function identityAt(path: string): Promise<string> {
  const found = await lstat(path, { bigint: true }).catch(ifGone)
  return found === undefined ? '' : `${found.dev}:${found.ino}`
}

/** Whether a folder is a mount point, which has no other name to give it. */
export async function isMounted(path: string): Promise<boolean> {
  const found = await lstat(path).catch(ifGone)
  if (found === undefined) return false
  const above = await lstat(dirname(path))
  return above.dev !== found.dev || (await readMounts()).some(({ mountPoint }) => mountPoint === path)
}

/** `20261121T020000Z`: what a folder is called by. */
export function stampOf(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d+/g, '')
}

function overMode(over: boolean, isMount: boolean): Expected['mode'] {
  if (isMount) return 'inside'
  return over ? 'over' : 'beside'
}

function besideOf(living: string, at: Date): string {
  return `${living}.restored-${stampOf(at)}`
}

/** The real path, when there is something, or the real folder with the name in it. */
async function realPlace(path: string): Promise<string> {
  const real = await realpath(path).catch(ifGone)
  if (real !== undefined) return real
  const parent = await realpath(dirname(path)).catch(ifGone)
  if (parent === undefined) {
    throw new BackupError('assertion', texts.noParent({ path: dirname(path) }), { hint: texts.noParentHint({}) })
  }
  return join(parent, basename(path))
}

async function mustBeFree(target: string, living: string, ctx: StepContext): Promise<void> {
  if (target === living || isBelow(target, living) || isBelow(living, target)) {
    throw new BackupError('assertion', texts.notBeside({ path: target, other: living }), {
      hint: texts.isThereHint({}),
    })
  }
  for (const path of await realPaths([ctx.dataDir])) {
    if (path !== target && !isBelow(target, path)) continue
    throw new BackupError('assertion', texts.notBeside({ path: target, other: path }), { hint: texts.isThereHint({}) })
  }
  const isThere = (await lstat(target).catch(ifGone)) !== undefined
  if (isThere && !(await isEmptyFolder(target))) {
    throw new BackupError('assertion', texts.isThere({ path: target }), { hint: texts.isThereHint({}) })
  }
}

/**
 * Whether there is anything in the living tree. What the backup does not hold and that may not move keeps it from being
 * replaced as a whole.
 */
async function holdsAnything(
  options: FilesOptions,
  target: string,
  only: readonly string[],
  ctx: StepContext,
): Promise<boolean> {
  const refused = refusal(target)
  if (refused !== undefined) throw new VigieError('usage', refused, { hint: refusedRootRemedy({}) })
  if ((await lstat(target).catch(ifGone)) === undefined) return false
  const { rules } = await backupRules(options, ctx)
  let inTheWay: string | undefined
  let isEmpty = true
  const walk = walkTree(target, {
    ...rules,
    mounts: rules.mounts,
    oneFileSystem: true,
    leftOut: (path, reason) => {
      const isOurs = [quarantineFolder, restoreFolder].includes(path) || path.startsWith(beforePrefix)
      if (!isOurs) isEmpty = false
      if (!isOurs && reason !== 'excluded' && reason !== 'special') inTheWay ??= path
    },
    unreadable: () => {
      isEmpty = false
    },
  })
  for await (const { type } of walk) {
    if (type !== 'folder') isEmpty = false
    const isKnown = only.length > 0 ? !isEmpty : inTheWay !== undefined
    if (isKnown) break
  }
  if (only.length > 0 || inTheWay === undefined) return !isEmpty
  const place = joined(target, readable(inTheWay))
  throw new BackupError('assertion', texts.wouldLose({ path: target, place }), { hint: texts.wouldLoseHint({}) })
}

async function mustBeWritable(folder: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const mayWrite = await access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (isFolder && mayWrite) return
  throw new BackupError('assertion', texts.noParent({ path: folder }), { hint: texts.noParentHint({}) })
}

function ifGone(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined
  throw error
}
