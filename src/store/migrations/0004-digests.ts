import type { Kysely } from 'kysely'

/** What `audit verify` holds the records against: each step knows its hash and what it made of findings. */
export async function digests(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('steps')
    .addColumn('finding_marks', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute()
  await db.schema
    .alterTable('steps')
    .addColumn('digest', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await db.schema
    .alterTable('findings')
    .addColumn('events_digest', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
}
