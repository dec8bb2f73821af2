import type { BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { latestFirst } from './latest-first.ts'
import { unknownBackup, unknownBackupHint } from './texts.ts'

/**
 * The backup that is meant: an id, the beginning of one when that is enough, or `latest`: the newest whole one that has these
 * components. Throws `unknown-backup`.
 */
export async function chosenBackup(
  entry: string,
  wanted: string,
  ctx: StepContext,
  components: readonly string[],
): Promise<BackupRecord> {
  const readable = (await ctx.backups.list(entry)).filter(
    ({ status, removedAt }) => removedAt === undefined && (status === 'succeeded' || status === 'partial'),
  )
  const there = latestFirst(readable, ctx.clock.now())
  const fitting = wanted === 'latest' ? newestWith(there, components) : there.filter(({ id }) => id.startsWith(wanted))
  const [found, ...others] = fitting
  if (found !== undefined && (others.length === 0 || found.id === wanted)) return found
  throw new VigieError('unknown-backup', unknownBackup({ id: wanted }), { hint: unknownBackupHint({}) })
}

/** Every one of these is whole in it: a backup of some components alone is no backup of the others. */
export function holdsAll({ parts }: BackupRecord, components: readonly string[]): boolean {
  return components.every((name) => {
    const own = parts.filter(({ component }) => component === name)
    return own.length > 0 && own.every(({ status }) => status === 'succeeded')
  })
}

/** When none has them all, the newest whole one. */
function newestWith(there: readonly BackupRecord[], components: readonly string[]): readonly BackupRecord[] {
  const found = there.find((one) => holdsAll(one, components)) ?? there.find(({ status }) => status === 'succeeded')
  return found === undefined ? [] : [found]
}
