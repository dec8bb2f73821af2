import { PostgresDialect } from 'kysely'
import type { IdDialect } from '../migrations/migrate.ts'

const int8 = 20

/** PostgreSQL through pg, in a schema of our own. Counters come as numbers: they stay far below 2^53. */
export async function openPostgres(url: string, schema: string): Promise<PostgresDialect> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    application_name: 'vigie',
    connectionTimeoutMillis: 10_000,
    options: `-c search_path=${schema}`,
    types: {
      getTypeParser: (id: number, format?: 'text' | 'binary') =>
        id === int8 ? Number : pg.types.getTypeParser(id, format as 'text'),
    },
  })
  // A connection that dies while it rests is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  return new PostgresDialect({ pool })
}

export const postgresIds: IdDialect = {
  idType: 'bigserial',
  autoId: (column) => column.primaryKey(),
}
