import type { StepContext } from '../../core/context.ts'
import type { Repository } from '../../core/repository.ts'
import { compressed } from './compress.ts'
import type { Transform } from './encryption.ts'
import type { Segment } from './packed-part.ts'
import type { ReferenceShelf } from './reference-shelf.ts'
import { Tally } from './tally.ts'
import { ProgramFailed } from './through-program.ts'
import type { ZstdProgram } from './zstd-program.ts'

/** How segments that stand by themselves are stored. */
export interface AloneOptions {
  readonly ctx: StepContext
  readonly repository: Repository
  readonly level: number
  readonly zstd: ZstdProgram | undefined
  readonly encrypt: Transform | undefined
  /** Keeps a copy, for differences to come. */
  readonly shelf: ReferenceShelf | undefined
  onNotKept(error: unknown): void
}

/** Compresses, encrypts and stores a stream as one object, without ever holding it. `path` is that of the object less its ending. */
export async function storeAlone(
  pieces: AsyncIterable<Uint8Array>,
  path: string,
  { ctx, repository, level, zstd, encrypt, shelf, onNotKept }: AloneOptions,
): Promise<Segment> {
  const raw = new Tally()
  const object = `${path}.zst${encrypt === undefined ? '' : '.age'}`
  let packed = compressed(ctx, raw.of(pieces), { level, zstd })
  if (encrypt !== undefined) packed = encrypt(packed)
  if (shelf !== undefined) packed = shelf.keeping(object, packed, onNotKept)
  const stored = await repository.put(object, packed)
  // A program that ends well before it has read all would store a beginning as the whole.
  if (!raw.isEnded) throw new ProgramFailed('zstd', 'it did not read its input to the end')
  return {
    ...{ object, bytes: raw.bytes, sha256: raw.sha256(), head: raw.head(), from: null },
    ...{ storedBytes: stored.bytes, storedSha256: stored.sha256 },
  }
}
