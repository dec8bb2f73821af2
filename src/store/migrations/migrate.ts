import type { Kysely, Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { foundation } from './0001-foundation.ts'
import { leasePlace } from './0002-lease-place.ts'
import { findingRevision } from './0003-finding-revision.ts'
import { digests } from './0004-digests.ts'
import { watch } from './0005-watch.ts'
import { lastLooks } from './0006-last-looks.ts'
import { snapshots } from './0007-snapshots.ts'
import { backups } from './0008-backups.ts'
import type { AutoId, IdType } from './columns.ts'

/** What the dialects do otherwise when the schema is made. */
export interface SchemaDialect {
  readonly idType: IdType
  readonly autoId: AutoId
  /** Keeps other processes out until the transaction ends. */
  lock<Tables>(tx: Transaction<Tables>): Promise<void>
}

/**
 * Brings the schema up to date, forward only, in one transaction: a process that is killed meanwhile leaves nothing half
 * made, and of two that do it at once the second finds it done. `finish` runs in the same transaction. Throws what the
 * database says.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  dialect: SchemaDialect,
  schema: string | undefined,
  finish: (tx: Transaction<Tables>) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await dialect.lock(tx)
    const migrations = {
      '0001-foundation': { up: (own: Kysely<unknown>) => foundation(own, dialect.autoId, dialect.idType) },
      '0002-lease-place': { up: leasePlace },
      '0003-finding-revision': { up: findingRevision },
      '0004-digests': { up: digests },
      '0005-watch': { up: (own: Kysely<unknown>) => watch(own, dialect.autoId, dialect.idType) },
      '0006-last-looks': { up: lastLooks },
      '0007-snapshots': { up: snapshots },
      '0008-backups': { up: backups },
    }
    const migrator = new Migrator({
      db: tx,
      provider: { getMigrations: async () => migrations },
      ...(schema !== undefined && { migrationTableSchema: schema }),
    })
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
    await finish(tx)
  })
}
