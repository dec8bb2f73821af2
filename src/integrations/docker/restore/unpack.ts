import { BackupError, type StoredPart } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import { TarError } from '../../../platform/tar/tar-entry.ts'
import { needsGnuTar, noTarHint } from '../access/access-texts.ts'
import type { VolumeAccess } from '../access/volume-access.ts'
import { unreadableArchive } from '../dump-texts.ts'
import { type CountedTree, countTree } from '../facts/count-tree.ts'
import type { VolumeFacts } from '../facts/volume-facts.ts'
import { hostileGuard } from '../hostile.ts'
import { factsOf, mustBeSame } from './compare.ts'

/**
 * Fills an empty place with an archive and reads it back: every entry is looked at before tar gets it, the archive must be
 * the one that was dumped, and what lies there in the end must be what was dumped. Throws `BackupError`.
 */
export async function unpackInto(
  access: VolumeAccess,
  place: string,
  { part, facts }: { readonly part: StoredPart; readonly facts: VolumeFacts },
  { allowDevices }: { readonly allowDevices: boolean },
  signal: AbortSignal,
): Promise<void> {
  mustUnderstand(access, facts)
  const tree = countTree(facts.tar, hostileGuard(facts.counts, { allowDevices }))
  try {
    await access.write(place, looked(part.read(), tree, signal))
    tree.finish()
  } catch (error) {
    if (!(error instanceof TarError) && !(error instanceof RangeError)) throw error
    const failure = error instanceof TarError && error.fault === 'truncated' ? 'truncated' : 'checksum'
    throw new BackupError(failure, unreadableArchive({ volume: facts.volume, detail: error.message }), { cause: error })
  }
  mustBeSame(facts, tree.facts(), part.file)
  mustBeSame(facts, await factsOf(access, place, facts.tar), place)
}

/** Throws `tool-missing` when the tar that there is would leave something out. */
export function mustUnderstand({ tar, by }: VolumeAccess, facts: VolumeFacts): void {
  if (facts.tar === 'gnu' && tar === 'other')
    throw new VigieError('tool-missing', needsGnuTar({ by }), { hint: noTarHint({}) })
}

/** A piece goes on only when all that it holds was looked at. */
async function* looked(
  pieces: AsyncIterable<Uint8Array>,
  tree: CountedTree,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    signal.throwIfAborted()
    tree.push(piece)
    yield piece
  }
}
