import { PostgresAdapter, PostgresDialect, sql } from 'kysely'
import type { SchemaDialect } from '../migrations/migrate.ts'

const int8 = 20
/** Any number of our own: what we lock while the schema is made. The letters of « vigie ». */
const schemaLock = 0x7669676965

/** PostgreSQL through pg. Counters come as numbers: they stay far below 2^53. */
export async function openPostgres(url: string): Promise<PostgresDialect> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'vigie',
    connectionTimeoutMillis: 10_000,
    types: {
      // A cast, since the types of pg have a signature for each format and none for either.
      getTypeParser: (id: number, format?: 'text' | 'binary') =>
        id === int8 ? Number : pg.types.getTypeParser(id, format as 'text'),
    },
  })
  // A connection that dies while it rests is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  // One that breaks while it is in use tells its question, and an event too, which unheard would end the program.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return new OwnLock({ pool })
}

class OwnLock extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new NoSessionLock()
  }
}

/** We hold a lock of the transaction already; Kysely's, of the session, would hide an error when it is given back. */
class NoSessionLock extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

/** The lock ends with the transaction, so it works behind a pooler that gives a session only for one. */
export const postgresSchema: SchemaDialect = {
  idType: 'bigserial',
  autoId: (column) => column.primaryKey(),
  lock: async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(schemaLock)})`.execute(tx)
  },
}
