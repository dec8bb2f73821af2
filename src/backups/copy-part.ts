import type { StepContext } from '../core/context.ts'
import type { Text } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import { StreamedBytes } from '../platform/streamed-bytes.ts'
import { createChannel } from './channel.ts'
import type { Copied } from './copied.ts'
import type { DumpNotes } from './dump-notes.ts'
import { failedOf } from './failure.ts'
import type { FullPart, LastFull } from './last-full.ts'
import type { ManifestPart } from './manifest.ts'
import type { EntryOptions } from './options.ts'
import { type PackOptions, packPart } from './packing/pack-part.ts'
import { packReused } from './packing/pack-reused.ts'
import { referenceGone } from './packing/pack-texts.ts'
import type { Reused } from './packing/ranges.ts'
import type { ReferenceShelf } from './packing/reference-shelf.ts'
import { partMemory } from './part-memory.ts'
import type { ToCopy } from './parts-to-copy.ts'

interface Place {
  readonly ctx: StepContext
  readonly repository: Repository
  /** The id of the backup. */
  readonly backup: string
  /** Of the backup in the repository. */
  readonly folder: string
  readonly scratch: string
  readonly options: EntryOptions
  readonly base: LastFull | undefined
  readonly shelf: ReferenceShelf | undefined
  readonly notes: DumpNotes
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
  const channel = createChannel<Uint8Array | Reused>()
  const base = place.base?.partOf(from.name, part.name)
  const notes: Text[] = []
  const note = (text: Text): void => void notes.push(text)
  const remembered =
    from.ability.remembers === true && options.encrypt === undefined
      ? await partMemory({
          ...{ component: from.name, part: part.name, backup: place.backup, base, notes: place.notes, repository },
          ...{ reuse: (range) => channel.write(range), note },
        })
      : undefined
  const dumping = from.ability
    .dump(from.ctx, part.name, (piece) => channel.write(piece), remembered?.memory)
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
  let isNoted = false
  try {
    const way = {
      ...{ ctx, repository, folder, scratch: place.scratch, level: options.level, note },
      recipients: options.encrypt?.recipients ?? [],
    }
    const pieces = counted(channel.pieces, place.onBytes)
    const packed =
      base !== undefined && remembered?.memory.last !== undefined
        ? await packReused(pieces, { ...way, base, later: remembered.later })
        : await packPart(onlyBytes(pieces), { ...way, ...referencesOf(from, base, place, note) })
    const { facts, notes: ofDump } = await dumping
    isNoted = remembered?.memory.last === undefined ? packed.base === null : packed.reused !== undefined
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
  } finally {
    await remembered?.writer.end(isNoted)
  }
}

/** Where differences find what they differ from. What has a memory of its own is kept on no shelf. */
function referencesOf(
  { ability }: Copied,
  base: FullPart | undefined,
  { shelf }: Place,
  note: (text: Text) => void,
): Pick<PackOptions, 'base' | 'shelf'> {
  if (ability.remembers !== true || shelf === undefined)
    return { ...(base !== undefined && { base }), ...(shelf !== undefined && { shelf }) }
  if (base !== undefined) note(referenceGone({ backup: base.backup }))
  return {}
}

async function* onlyBytes(pieces: AsyncIterable<Uint8Array | Reused>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) throw new Error('a range was given where there is nothing to reuse')
    yield piece
  }
}

async function* counted(
  pieces: AsyncIterable<Uint8Array | Reused>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array | Reused> {
  const streamed = new StreamedBytes()
  let bytes = 0
  for await (const piece of pieces) {
    if (piece instanceof Uint8Array) streamed.passed(piece.length)
    bytes += piece instanceof Uint8Array ? piece.length : piece.bytes
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
