import type { Kysely } from 'kysely'
import { text } from './columns.ts'

/** Backups, and the drills that proved them. */
export async function backups(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('backups')
    .addColumn(...text('system'))
    .addColumn(...text('id'))
    .addColumn(...text('entry'))
    .addColumn(...text('run'))
    .addColumn(...text('place'))
    .addColumn(...text('started_at'))
    .addColumn('finished_at', 'text')
    .addColumn(...text('status'))
    .addColumn(...text('parts'))
    .addColumn('manifest_sha256', 'text')
    .addColumn('base', 'text')
    .addColumn('proved_at', 'text')
    .addColumn('removed_at', 'text')
    .addPrimaryKeyConstraint('backups_key', ['system', 'id'])
    .execute()
  await db.schema
    .createTable('drills')
    .addColumn(...text('system'))
    .addColumn(...text('id'))
    .addColumn(...text('entry'))
    .addColumn(...text('run'))
    .addColumn(...text('backup'))
    .addColumn(...text('started_at'))
    .addColumn(...text('finished_at'))
    .addColumn(...text('status'))
    .addColumn('rto_ms', 'bigint')
    .addColumn('rpo_ms', 'bigint')
    .addColumn(...text('assertions'))
    .addColumn('failure', 'text')
    .addPrimaryKeyConstraint('drills_key', ['system', 'id'])
    .execute()
}
