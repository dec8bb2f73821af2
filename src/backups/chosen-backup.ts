import type { BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { unknownBackup, unknownBackupHint } from './texts.ts'

/** The backup that is meant: an id, its beginning when that is enough, or `latest`, the newest that has what is asked for. Throws `unknown-backup`. */
export async function chosenBackup(
  entry: string,
  wanted: string,
  ctx: StepContext,
  component?: string,
): Promise<BackupRecord> {
  const there = (await ctx.backups.list(entry)).filter(
    ({ status, removedAt, parts }) =>
      removedAt === undefined &&
      (status === 'succeeded' || status === 'partial') &&
      (component === undefined || parts.some((part) => part.component === component && part.status === 'succeeded')),
  )
  const [found, ...others] =
    wanted === 'latest'
      ? [there.find(({ status }) => status === 'succeeded' || component !== undefined)]
      : there.filter(({ id }) => id.startsWith(wanted))
  const isClear = found !== undefined && (others.length === 0 || found.id === wanted)
  if (isClear) return found
  throw new VigieError('unknown-backup', unknownBackup({ id: wanted }), { hint: unknownBackupHint({}) })
}
