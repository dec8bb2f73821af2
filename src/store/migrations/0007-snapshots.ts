import type { Kysely } from 'kysely'
import { text } from './columns.ts'

/** What steps saw as a whole at earlier times. */
export async function snapshots(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('snapshots')
    .addColumn(...text('system'))
    .addColumn(...text('component'))
    .addColumn(...text('name'))
    .addColumn(...text('at'))
    .addColumn(...text('body'))
    .addPrimaryKeyConstraint('snapshots_key', ['system', 'component', 'name', 'at'])
    .execute()
}
