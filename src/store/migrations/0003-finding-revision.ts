import type { Kysely } from 'kysely'

/** Counts the changes of a finding, so that of two that read the same row only one may write it. */
export async function findingRevision(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('findings')
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
}
