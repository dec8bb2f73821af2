import type { StepContext } from '../../core/context.ts'
import type { Verdict } from '../../core/verdict.ts'
import type { FilesOptions } from './options.ts'
import { maxFiles, noFolder, nothingMatched, realRoot, unreadablePart, walkCut } from './root.ts'
import { type FoundFile, walk } from './walk.ts'

export interface FilesSample {
  readonly path: string
  readonly glob: string
  readonly now: number
  readonly files: readonly FoundFile[]
  readonly unreadable: readonly string[]
  readonly isCut: boolean
  /** Why the folder could not be read at all. */
  readonly failure: string | undefined
}

/** What stands in the folder; a folder that is not there is a sample too. */
export async function observe(
  options: FilesOptions,
  glob: string,
  skipProtected: boolean,
  ctx: StepContext,
): Promise<FilesSample> {
  const now = ctx.clock.now().getTime()
  const blank = { path: options.path, glob, now, files: [], unreadable: [], isCut: false }
  try {
    const root = await realRoot(options.path, ctx.baseDir)
    const protectedPaths = skipProtected ? await ctx.protectedPaths() : []
    const walked = await walk(root, { glob, maxFiles, protectedPaths, skipProtected, signal: ctx.signal })
    ctx.record({
      what: `${root}/${glob}`,
      output: `${walked.files.length} files, ${walked.unreadable.length} unreadable, left out: ${walked.protectedDirectories.join(', ') || '–'}`,
    })
    const { files, unreadable, isCut } = walked
    return { ...blank, files, unreadable, isCut, failure: undefined }
  } catch (error) {
    if (ctx.signal.aborted) throw error
    return { ...blank, failure: error instanceof Error ? error.message : String(error) }
  }
}

/** Why nothing can be said of the folder; undefined when it was seen. `mayBeEmpty`: nothing matching is an answer too. */
export function blindness(
  { path, glob, files, unreadable, isCut, failure }: FilesSample,
  mayBeEmpty: boolean,
): Verdict | undefined {
  if (failure !== undefined) return { status: 'error', reason: noFolder({ path, detail: failure }) }
  if (isCut) return { status: 'error', reason: walkCut({ path, count: files.length }) }
  const [first] = unreadable
  if (first !== undefined) return { status: 'error', reason: unreadablePart({ path: first, count: unreadable.length }) }
  return files.length === 0 && !mayBeEmpty ? { status: 'error', reason: nothingMatched({ path, glob }) } : undefined
}
