import { resolve } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import { shellWord } from '../../core/shell-word.ts'
import type { Verdict } from '../../core/verdict.ts'
import { mountsBelow } from './borders.ts'
import { folderProblem, mayNotRemedy } from './folder-problem.ts'
import { type LeftOut, leftOutOf } from './left-out.ts'
import type { FilesOptions } from './options.ts'
import { isBelow, realPaths } from './paths.ts'
import {
  allLeftOut,
  allLeftOutRemedy,
  maxFiles,
  nothingMatched,
  nothingMatchedRemedy,
  realRoot,
  unreadablePart,
  walkCut,
  walkCutRemedy,
} from './root.ts'
import { type FoundFile, type Walk, walk } from './walk.ts'

export interface FilesSample {
  /** Absolute. */
  readonly path: string
  readonly glob: string
  readonly now: number
  readonly files: readonly FoundFile[]
  readonly unreadable: readonly string[]
  readonly leftOut: LeftOut
  readonly isCut: boolean
  /** Why the folder could not be read at all. */
  readonly failure: string | undefined
}

/** What stands in the folder; a folder that is not there is a sample too. */
export async function observe(
  { path, otherFileSystems }: FilesOptions,
  glob: string,
  skipProtected: boolean,
  ctx: StepContext,
): Promise<FilesSample> {
  const now = ctx.clock.now().getTime()
  const blank = {
    path: resolve(ctx.baseDir, path),
    glob,
    now,
    files: [],
    unreadable: [],
    leftOut: leftOutOf(nothing),
    isCut: false,
  }
  try {
    const root = await realRoot(path, ctx.baseDir)
    const protectedPaths = skipProtected ? await realPaths(await ctx.protectedPaths()) : new Set<string>()
    const isProtected = [...protectedPaths].some((one) => isBelow(root, one))
    const mounts = await mountsBelow(root)
    const crossesMounts = otherFileSystems === 'include'
    const limits = { glob, maxFiles, mounts, crossesMounts, protectedPaths, skipProtected, signal: ctx.signal }
    const walked = isProtected ? { ...nothing, protectedPlaces: [root] } : await walk(root, limits)
    recordWalk(`${root}/${glob}`, walked, ctx)
    const { files, unreadable, isCut } = walked
    return { ...blank, files, unreadable, leftOut: leftOutOf(walked), isCut, failure: undefined }
  } catch (error) {
    if (ctx.signal.aborted) throw error
    return { ...blank, failure: error instanceof Error ? error.message : String(error) }
  }
}

/** Keeps what a walk saw and what it did not, for who wants to know. */
export function recordWalk(what: string, walked: Walk, ctx: StepContext): void {
  const places = [...walked.borders.map((path) => `${path} (mounted)`), ...walked.protectedPlaces]
  const shown = places.slice(0, 100).join(', ') + (places.length > 100 ? `, … ${places.length} in all` : '')
  ctx.record({
    what,
    output: `${walked.count} files, ${walked.unreadable.length} unreadable, left out: ${shown || '–'}`,
  })
}

/** Why nothing can be said of the folder; undefined when it was seen. */
export function blindness(sample: FilesSample): Verdict | undefined {
  const { path, glob, files, unreadable, leftOut, isCut, failure } = sample
  if (failure !== undefined) return { status: 'error', ...folderProblem(path, failure) }
  if (isCut) return { status: 'error', reason: walkCut({ path, count: files.length }), remedy: walkCutRemedy({}) }
  const [first] = unreadable
  if (first !== undefined) {
    const remedy = mayNotRemedy({ word: shellWord(first) })
    return { status: 'error', reason: unreadablePart({ path: first, count: unreadable.length }), remedy }
  }
  if (files.length > 0) return undefined
  if (leftOut.example !== '') {
    return { status: 'error', reason: allLeftOut({ path, glob, leftOut }), remedy: allLeftOutRemedy({}) }
  }
  return {
    status: 'error',
    reason: nothingMatched({ path, glob }),
    remedy: nothingMatchedRemedy({ word: shellWord(path) }),
  }
}

const nothing: Walk = { files: [], count: 0, unreadable: [], protectedPlaces: [], borders: [], isCut: false }
