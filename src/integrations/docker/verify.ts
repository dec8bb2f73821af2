import { BackupError, type StoredComponent, type Verified } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { TarError } from '../../platform/tar/tar-entry.ts'
import { unreadableArchive } from './dump-texts.ts'
import { countTree } from './facts/count-tree.ts'
import { compareTrees } from './facts/volume-facts.ts'
import { hostileGuard } from './hostile.ts'
import type { VolumeOptions } from './options.ts'
import { storedVolume } from './restore/stored-volume.ts'

/**
 * Reads the archive to its end: it holds what was copied, entry for entry. The living volume is not compared: containers that
 * write to it would have to be held for that.
 */
export function verifyVolume(options: VolumeOptions) {
  return async (ctx: StepContext, stored: StoredComponent): Promise<Verified> => {
    // Device nodes are refused where a volume is restored; here nothing of them comes into being.
    const { part, facts } = storedVolume(stored, { ...options, allowDevices: true })
    const tree = countTree(facts.tar, hostileGuard(facts.counts, { allowDevices: true }))
    try {
      for await (const piece of part.read()) {
        ctx.signal.throwIfAborted()
        tree.push(piece)
      }
      tree.finish()
    } catch (error) {
      if (!(error instanceof TarError) && !(error instanceof RangeError)) throw error
      const failure = error instanceof TarError && error.fault === 'truncated' ? 'truncated' : 'checksum'
      throw new BackupError(failure, unreadableArchive({ volume: facts.volume, detail: error.message }), {
        cause: error,
      })
    }
    const answers = compareTrees(facts, tree.facts()).map(({ name, expected, actual, isSame }) => ({
      ...{ name: `volume ${name}`, expected, actual, status: isSame ? ('pass' as const) : ('fail' as const) },
    }))
    return { answers, notes: [] }
  }
}
