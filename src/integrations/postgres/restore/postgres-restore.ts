import type { BackupAbility } from '../../../core/backup.ts'
import type { PostgresOptions } from '../options.ts'
import { planDatabase } from './plan-database.ts'
import { planTables } from './plan-tables.ts'
import { removeLeftover, restoreDatabase } from './restore-database.ts'
import { restoreTables } from './restore-tables.ts'

/** What restoring a database, or tables of it, would do. Nothing is changed. */
export function planPostgresRestore(options: PostgresOptions): BackupAbility['planRestore'] {
  return (ctx, stored, wanted) =>
    wanted.only.length > 0 ? planTables(options, ctx, stored, wanted.only) : planDatabase(options, ctx, stored, wanted)
}

/** Does one action of such a plan, when all is still as it was planned. */
export function restorePostgres(options: PostgresOptions): BackupAbility['restore'] {
  return async (ctx, stored, action) => {
    if (action.expected['do'] === 'tables') return restoreTables(options, ctx, stored, action)
    if (action.expected['do'] === 'leftover') return removeLeftover(options, ctx, action)
    return restoreDatabase(options, ctx, stored, action)
  }
}
