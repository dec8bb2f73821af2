import type { Kysely } from 'kysely'

/** Where the process id of a lease means something; leases of before have none and end with their time. */
export async function leasePlace(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('leases').addColumn('place', 'text').execute()
}
