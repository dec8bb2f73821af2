import type { ColumnDefinitionBuilder, Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { foundation } from './0001-foundation.ts'

/** How a dialect writes an id that counts up. */
export interface IdDialect {
  readonly idType: 'integer' | 'bigserial'
  autoId(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder
}

/** Brings the schema up to date, forward only; safe when two processes do it at once. Throws what the database says. */
export async function migrate(db: Kysely<unknown>, dialect: IdDialect): Promise<void> {
  const migrations = {
    '0001-foundation': { up: (tx: Kysely<unknown>) => foundation(tx, dialect.autoId, dialect.idType) },
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
