import { lstat, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import type { FilesAbility, ListedFile, Listing } from '../../core/data-abilities.ts'
import { VigieError } from '../../core/errors.ts'
import { shellWord } from '../../core/shell-word.ts'
import { mountsBelow } from './borders.ts'
import { folderProblem, mayNotRemedy } from './folder-problem.ts'
import { recordWalk } from './observe.ts'
import type { FilesOptions } from './options.ts'
import { isBelow, realPaths } from './paths.ts'
import { keptFiles, moveAway, purgeFile, quarantineTexts, restoreFile } from './quarantine.ts'
import { filesMessages, maxFiles, realRoot, unreadablePart, walkCut, walkCutRemedy } from './root.ts'
import { identityOf, ifGone, unchangedTexts } from './unchanged.ts'
import { type FoundFile, walk } from './walk.ts'

export const treeTexts = [...new Set([...filesMessages, ...unchangedTexts, ...quarantineTexts])]

/** The tree as features see it, by paths from its root. */
export function fileTree(options: FilesOptions): FilesAbility {
  const rootOf = ({ baseDir }: StepContext): Promise<string> =>
    realRoot(options.path, baseDir).catch((error: Error) => {
      const { reason, remedy: hint } = folderProblem(options.path, error.message)
      throw new VigieError('usage', reason, { hint, cause: error })
    })
  return {
    root: rootOf,
    list: async (ctx, below, visit) => listBelow(await rootOf(ctx), below, options, visit, ctx),
    has: async (ctx, path) => (await lstat(join(await rootOf(ctx), path)).catch(ifGone))?.isFile() === true,
    quarantine: async (ctx, file, owner) => moveAway(await rootOf(ctx), file, owner, ctx),
    quarantined: async (ctx, owner) => keptFiles(await rootOf(ctx), owner, ctx),
    restore: async (ctx, file) => restoreFile(await rootOf(ctx), file),
    purge: async (ctx, file) => purgeFile(await rootOf(ctx), file),
  }
}

async function listBelow(
  root: string,
  below: string,
  { otherFileSystems }: FilesOptions,
  visit: (file: ListedFile) => void,
  ctx: StepContext,
): Promise<Listing> {
  const start = join(root, below).replace(/\/$/, '')
  const real = await realpath(start).catch((error: Error) => error)
  if (real instanceof Error) return { ok: false, ...folderProblem(start, real.message) }
  // A link would lead out of what was declared.
  if (real !== start) return { ok: false, ...folderProblem(start, 'ENOTDIR: not a directory') }
  const protectedPaths = await realPaths(await ctx.protectedPaths())
  const isProtected = [...protectedPaths].some((one) => one === start || isBelow(start, one))
  const walked = await walk(start, {
    glob: '**/*',
    maxFiles,
    mounts: await mountsBelow(root),
    crossesMounts: otherFileSystems === 'include',
    protectedPaths: isProtected ? new Set([start]) : protectedPaths,
    skipProtected: true,
    signal: ctx.signal,
    visit: (file) => visit(listed(root, file)),
  })
  recordWalk(`${start}/**/*`, walked, ctx)
  const { count, isCut, unreadable } = walked
  if (isCut) return { ok: false, reason: walkCut({ path: start, count: maxFiles }), remedy: walkCutRemedy({}) }
  const [first] = unreadable
  if (first === undefined) return { ok: true, count }
  const reason = unreadablePart({ path: first, count: unreadable.length })
  return { ok: false, reason, remedy: mayNotRemedy({ word: shellWord(first) }) }
}

function listed(root: string, file: FoundFile): ListedFile {
  const { path, size, changedAtMs } = file
  return { path: relative(root, path), bytes: size, changedAtMs, identity: identityOf(file) }
}
