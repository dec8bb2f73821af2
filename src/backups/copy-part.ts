import type { StepContext } from '../core/context.ts'
import type { Text } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import { createChannel } from './channel.ts'
import type { ToCopy } from './create-backup.ts'
import { failedOf } from './failure.ts'
import type { LastFull } from './last-full.ts'
import type { ManifestPart } from './manifest.ts'
import type { EntryOptions } from './options.ts'
import { packPart } from './packing/pack-part.ts'
import type { ReferenceShelf } from './packing/reference-shelf.ts'

interface Place {
  readonly ctx: StepContext
  readonly repository: Repository
  /** Of the backup in the repository. */
  readonly folder: string
  readonly scratch: string
  readonly options: EntryOptions
  readonly base: LastFull | undefined
  readonly shelf: ReferenceShelf | undefined
  onBytes(bytes: number): void
}

/** Dumps one part into the repository. What fails is told in what it gives; what it stored until then is removed. */
export async function copyPart(
  { from, part, refused, notes: before = [] }: ToCopy,
  place: Place,
): Promise<ManifestPart> {
  const { ctx, repository, options } = place
  const folder = `${place.folder}/${from.name}/${part.name}`
  const startedAt = ctx.clock.now()
  const startedMs = ctx.clock.monotonicMs()
  const told = { component: from.name, name: part.name, file: part.file, startedAt: startedAt.toISOString() }
  if (refused !== undefined)
    return { ...told, durationMs: 0, packed: null, facts: {}, failure: failedOf(refused), notes: [...before] }
  const channel = createChannel()
  const dumping = from.ability
    .dump(from.ctx, part.name, (piece) => channel.write(piece))
    .then(
      (dumped) => {
        channel.end()
        return dumped
      },
      (error: unknown) => {
        channel.fail(error)
        throw error
      },
    )
  // Awaited below; a failure of the packing comes first.
  dumping.catch(() => undefined)
  const base = place.base?.partOf(from.name, part.name)
  const notes: Text[] = []
  try {
    const packed = await packPart(counted(channel.pieces, place.onBytes), {
      ...{ ctx, repository, folder, scratch: place.scratch, level: options.level },
      recipients: options.encrypt?.recipients ?? [],
      ...(base !== undefined && { base }),
      ...(place.shelf !== undefined && { shelf: place.shelf }),
      note: (text) => void notes.push(text),
    })
    const { facts, notes: ofDump } = await dumping
    const durationMs = Math.round(ctx.clock.monotonicMs() - startedMs)
    return { ...told, durationMs, packed, facts, failure: null, notes: [...before, ...ofDump, ...notes] }
  } catch (error) {
    // It may hold containers or a snapshot of the database: we are not done before it has let go.
    channel.leave()
    await dumping.catch(() => undefined)
    if (ctx.signal.aborted) throw error
    await removeFolder(repository, folder)
    const durationMs = Math.round(ctx.clock.monotonicMs() - startedMs)
    return { ...told, durationMs, packed: null, facts: {}, failure: failedOf(error) }
  }
}

async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    onBytes(bytes)
    yield piece
  }
}

/** A leftover is no backup: when the place is gone too, the next prune finds it. */
export async function removeFolder(repository: Repository, folder: string): Promise<void> {
  try {
    const paths = []
    for await (const { path } of repository.list(folder)) paths.push(path)
    await repository.remove(paths)
  } catch {
    // The failure that brought us here is the one to tell.
  }
}
