import type { Kysely } from 'kysely'
import { text } from './columns.ts'

/** What the watch saw last, and that it lives. */
export async function lastLooks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('last_looks')
    .addColumn(...text('system'))
    .addColumn(...text('step'))
    .addColumn(...text('status'))
    .addColumn('reason', 'text')
    .addColumn(...text('at'))
    .addPrimaryKeyConstraint('last_looks_key', ['system', 'step'])
    .execute()
  await db.schema
    .createTable('watch_beats')
    .addColumn('system', 'text', (column) => column.primaryKey())
    .addColumn(...text('at'))
    .addColumn(...text('started_at'))
    .addColumn('stopped_at', 'text')
    .addColumn(...text('host'))
    .addColumn('pid', 'integer', (column) => column.notNull())
    .execute()
}
