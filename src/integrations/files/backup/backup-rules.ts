import picomatch from 'picomatch'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { mountsBelow } from '../borders.ts'
import { folderProblem } from '../folder-problem.ts'
import { type FilesOptions, filesOptions } from '../options.ts'
import { realPaths } from '../paths.ts'
import { realRoot } from '../root.ts'
import { type BytePath, readable } from './byte-path.ts'
import type { TreeRules } from './tree-walk.ts'

export interface BackupRules {
  /** Real path. */
  readonly root: string
  readonly rules: Omit<TreeRules, 'leftOut' | 'unreadable'>
  mayBeUnreadable(path: BytePath): boolean
  mayBeTorn(path: BytePath): boolean
  readonly mayBeEmpty: boolean
}

/** How a tree is copied. Throws `usage` when its folder is not there. */
export async function backupRules(options: FilesOptions, ctx: StepContext): Promise<BackupRules> {
  const root = await realRoot(options.path, ctx.baseDir).catch((error: Error) => {
    const { reason, remedy: hint } = folderProblem(options.path, error.message)
    throw new VigieError('usage', reason, { hint, cause: error })
  })
  const backup = options.backup ?? filesOptions.shape.backup.unwrap().parse({})
  const { live } = backup
  return {
    root,
    rules: {
      isExcluded: matcher(backup.exclude),
      mounts: await mountsBelow(root),
      oneFileSystem: backup.oneFileSystem ?? options.otherFileSystems === 'leave out',
      ownPaths: await realPaths([ctx.dataDir]),
      signal: ctx.signal,
    },
    mayBeUnreadable: matcher(backup.allowUnreadable),
    mayBeTorn: typeof live === 'boolean' ? () => live : matcher(live),
    mayBeEmpty: backup.mayBeEmpty,
  }
}

/** Whether one of the globs fits a path, as it is read. */
export function matcher(globs: readonly string[]): (path: BytePath) => boolean {
  if (globs.length === 0) return () => false
  const fits = picomatch([...globs], { dot: true })
  return (path) => fits(readable(path))
}
