import { realpath } from 'node:fs/promises'
import type { StepContext } from '../../core/context.ts'

/** To ask every other component anew for each of a million files would take days. */
const freshMs = 1000
const asked = new WeakMap<StepContext, { readonly atMs: number; readonly paths: ReadonlySet<string> }>()

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder === '/' ? '/' : `${folder}/`) && path !== folder
}

/** Paths as they really are: a link to a protected folder must not hide it. Those that do not exist, or cannot be followed, stay as written. */
export async function realPaths(paths: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(await Promise.all(paths.map((path) => realpath(path).catch(() => path))))
}

/** What may not be touched now, as real paths; known for a second within one step. */
export async function protectedNow(ctx: StepContext): Promise<ReadonlySet<string>> {
  const known = asked.get(ctx)
  const atMs = ctx.clock.monotonicMs()
  if (known !== undefined && atMs - known.atMs < freshMs) return known.paths
  const paths = await realPaths(await ctx.protectedPaths())
  asked.set(ctx, { atMs, paths })
  return paths
}
