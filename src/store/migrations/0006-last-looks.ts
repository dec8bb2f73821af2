import type { Kysely } from 'kysely'

/** What the watch saw last, and that it lives. */
export async function lastLooks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('last_looks')
    .addColumn('system', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('last_looks_key', ['system', 'step'])
    .execute()
  await db.schema
    .createTable('watch_beats')
    .addColumn('system', 'text', (column) => column.primaryKey())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('stopped_at', 'text')
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    .execute()
}
