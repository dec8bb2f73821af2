import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'
import type { SchemaDialect } from '../migrations/migrate.ts'
import { PatientDriver, whenFree } from './patient-driver.ts'

const ownerOnly = 0o600

/**
 * SQLite through `node:sqlite`: WAL, so that the command line reads while the daemon writes; FULL, so that what was
 * acknowledged survives a power cut; `begin immediate`, because a transaction that reads before it writes cannot be
 * upgraded beside another writer (SQLITE_BUSY_SNAPSHOT comes at once, no time-out helps).
 */
export async function openSqlite(file: string): Promise<{ dialect: SqliteDialect; database: DatabaseSync }> {
  // SQLite makes its files as the umask has it, and evidence is not for everyone; the -wal and -shm files follow this one.
  closeSync(openSync(file, 'a', ownerOnly))
  const database = new DatabaseSync(file)
  try {
    await whenFree(() =>
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON'),
    )
  } catch (error) {
    database.close()
    throw error
  }
  return { dialect: new PatientSqlite(database), database }
}

class PatientSqlite extends SqliteDialect {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    super({ database: wrapped(database) })
    this.#database = database
  }

  override createDriver(): PatientDriver {
    const database = this.#database
    return new PatientDriver(wrapped(database), () => database.isOpen && database.isTransaction)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdl()
  }
}

/** SQLite can undo a `create table`; Kysely's own adapter says no, and its migrations would not be whole or nothing. */
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Statements kept ready: more than the store has, which are few; those with lists of any length could be many. */
const keptStatements = 200

function wrapped(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    prepare: (sql) => {
      const statement = kept.get(sql) ?? prepared(database, sql)
      if (kept.size >= keptStatements) kept.clear()
      kept.set(sql, statement)
      return statement
    },
    close: () => {
      kept.clear()
      if (database.isOpen) database.close()
    },
  }
}

function prepared(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql === 'begin' ? 'begin immediate' : sql)
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bound(parameters)),
    run: (parameters) => statement.run(...bound(parameters)),
    iterate: (parameters) => statement.iterate(...bound(parameters)),
  }
}

/** Kysely knows no types of parameters; one that SQLite cannot take is refused by Node itself. */
function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[]
}

/** `begin immediate` keeps the other processes out while the schema is made. */
export const sqliteSchema: SchemaDialect = {
  idType: 'integer',
  autoId: (column) => column.primaryKey().autoIncrement(),
  lock: async () => undefined,
}
