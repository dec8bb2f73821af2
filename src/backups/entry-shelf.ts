import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import type { Repository } from '../core/repository.ts'
import type { EntryOptions } from './options.ts'
import { objectsOf, type PackedPart } from './packing/packed-part.ts'
import { openShelf, type ReferenceShelf } from './packing/reference-shelf.ts'

/** Where differences of the entry find the last full backup: on a shelf of its own, when its repository is elsewhere. */
export function shelfOf(
  { name, system, options }: Component<EntryOptions>,
  repository: Repository,
  ctx: StepContext,
): ReferenceShelf | undefined {
  if (repository.fileOf !== undefined || options.encrypt !== undefined) return undefined
  return openShelf(ctx, JSON.stringify([system, name]))
}

/** Keeps on it only what the next backup may be a difference to. What cannot be removed is so next time. */
export async function settleShelf(shelf: ReferenceShelf | undefined, wholes: readonly PackedPart[]): Promise<void> {
  await shelf?.keepOnly(wholes.flatMap(objectsOf).map(({ path }) => path)).catch(() => undefined)
}
