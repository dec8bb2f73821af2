import { DatabaseSync } from 'node:sqlite'
import { type SqliteDatabase, SqliteDialect } from 'kysely'
import type { IdDialect } from '../migrations/migrate.ts'

/**
 * SQLite through `node:sqlite`: WAL, so that the command line reads while the daemon writes; FULL, so that what was
 * acknowledged survives a power cut; `begin immediate`, because a transaction that reads before it writes cannot be
 * upgraded beside another writer (SQLITE_BUSY_SNAPSHOT comes at once, no time-out helps).
 */
export function openSqlite(file: string): { dialect: SqliteDialect; database: DatabaseSync } {
  const database = new DatabaseSync(file)
  database.exec(
    'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON',
  )
  const wrapped: SqliteDatabase = {
    prepare: (sql) => {
      const statement = database.prepare(sql === 'begin' ? 'begin immediate' : sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as [])),
        run: (parameters) => statement.run(...(parameters as [])),
        iterate: (parameters) => statement.iterate(...(parameters as [])) as IterableIterator<unknown>,
      }
    },
    close: () => database.close(),
  }
  return { dialect: new SqliteDialect({ database: wrapped }), database }
}

export const sqliteIds: IdDialect = {
  idType: 'integer',
  autoId: (column) => column.primaryKey().autoIncrement(),
}
