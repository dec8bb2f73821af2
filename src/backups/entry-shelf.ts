import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import type { Repository } from '../core/repository.ts'
import type { Manifest } from './manifest.ts'
import type { EntryOptions } from './options.ts'
import { objectsOf } from './packing/packed-part.ts'
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

/** Keeps on it only the full backup that the next one may be a difference to. What cannot be removed is so next time. */
export async function settleShelf(shelf: ReferenceShelf | undefined, full: Manifest | undefined): Promise<void> {
  const parts = full?.parts.flatMap(({ packed }) => (packed === null ? [] : objectsOf(packed))) ?? []
  await shelf?.keepOnly(parts.map(({ path }) => path)).catch(() => undefined)
}
