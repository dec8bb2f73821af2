import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { type Names, questionOf, readNames } from './compare.ts'
import { namesDoubt } from './doubt.ts'
import type { OrphansOptions } from './options.ts'
import { keyOf, spellingsOf } from './path-key.ts'
import type { Sides } from './sides.ts'

/** What all rows name, as it was asked by a step last. */
const asked = new WeakMap<StepContext, { readonly atMs: number; readonly names: Names }>()

/**
 * Whether a row names the path now: by all rows as they were at most `freshMs` ago, and by a question for this path alone
 * in every way that it may be written. Throws when the rows say too little to tell.
 */
export async function isNamedNow(
  sides: Sides,
  options: OrphansOptions,
  path: string,
  freshMs: number,
  ctx: StepContext,
): Promise<boolean> {
  if (await isNamedByAll(sides, options, path, freshMs, ctx)) return true
  const root = await sides.files.abilities.root(sides.files.ctx)
  return sides.rows.abilities.holds(sides.rows.ctx, questionOf(options), spellingsOf(path, root, options))
}

/** The same by all rows alone: enough for a plan, which would else ask once for each of thousands of files. */
export async function isNamedByAll(
  sides: Sides,
  options: OrphansOptions,
  path: string,
  freshMs: number,
  ctx: StepContext,
): Promise<boolean> {
  const root = await sides.files.abilities.root(sides.files.ctx)
  const { table } = await namesNow(sides, options, root, freshMs, ctx)
  return table.wasMet(keyOf(path, options)) !== undefined
}

async function namesNow(
  sides: Sides,
  options: OrphansOptions,
  root: string,
  freshMs: number,
  ctx: StepContext,
): Promise<Names> {
  const atMs = ctx.clock.monotonicMs()
  const known = asked.get(ctx)
  if (known !== undefined && atMs - known.atMs < freshMs) return known.names
  const names = await readNames(sides, root, options)
  const doubt = namesDoubt(names, names.table.size, options)
  if (doubt !== undefined) throw new VigieError('action-refused', doubt.reason, { hint: doubt.remedy })
  asked.set(ctx, { atMs, names })
  return names
}
