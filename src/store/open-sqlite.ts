import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { Kysely, type SqliteDialect, sql } from 'kysely'
import { VigieError } from '../core/errors.ts'
import { errorCode } from '../core/field-of.ts'
import { assembleStore } from './assemble.ts'
import { openSqlite, sqliteSchema } from './dialects/sqlite.ts'
import { fileNote } from './head-note.ts'
import { headLost, headLostHint, newer, newerHint } from './messages.ts'
import type { Tables } from './schema.ts'
import { schemaVersion } from './schema-version.ts'
import { isSqliteDamage, sqliteError } from './sqlite-error.ts'
import type { Store } from './store.ts'

/** The state in `<dir>/state.db`, with the note of its audit's head in `<dir>/audit.head`. */
export async function openSqliteStore(dir: string): Promise<Store> {
  const file = join(dir, 'state.db')
  let opened: Awaited<ReturnType<typeof openSqlite>> | undefined
  try {
    makeFolder(dir)
    opened = await openSqlite(file)
    await bringUpToDate(opened, dir, file)
    return sqliteStore(opened, dir, file)
  } catch (error) {
    if (opened?.database.isOpen) opened.database.close()
    throw sqliteError(error, file)
  }
}

/** The store on a database that is open and up to date. */
export function sqliteStore(
  { dialect, database }: { dialect: SqliteDialect; database: DatabaseSync },
  dir: string,
  file: string,
): Store {
  const db = new Kysely<Tables>({ dialect })
  return assembleStore({
    db,
    note: fileNote(dir),
    lostNote: () =>
      new VigieError('store-damaged', headLost({ where: join(dir, 'audit.head') }), { hint: headLostHint({}) }),
    integrity: async () => reportedDamage(database),
    snapshot: (work) => onSnapshot(file, work),
    translate: (error) => sqliteError(error, file),
    close: async () => {
      await db.destroy()
      // Kysely closes only what it has used.
      if (database.isOpen) database.close()
    },
  })
}

async function bringUpToDate(
  { dialect, database }: { dialect: SqliteDialect; database: DatabaseSync },
  dir: string,
  file: string,
): Promise<void> {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version > schemaVersion) {
    throw new VigieError('store-damaged', newer({ where: file, found: String(version) }), { hint: newerHint({}) })
  }
  if (version === schemaVersion) return
  const { migrate } = await import('./migrations/migrate.ts')
  await migrate(new Kysely<Tables>({ dialect }), sqliteSchema, undefined, async (tx) => {
    if (version === 0) await fileNote(dir).begin(tx)
    await sql`pragma user_version = ${sql.lit(schemaVersion)}`.execute(tx)
  })
}

/** A connection of its own: what it reads is of one moment in the write-ahead log, and holds no writer up. */
async function onSnapshot<T>(file: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const { dialect, database } = await openSqlite(file)
  const db = new Kysely<Tables>({ dialect })
  try {
    database.exec('PRAGMA query_only = on; begin')
    return await work(db)
  } finally {
    await db.destroy()
    if (database.isOpen) database.close()
  }
}

function reportedDamage(database: DatabaseSync): string[] {
  try {
    const rows = database.prepare('PRAGMA integrity_check').all()
    return rows.map((row) => String(row['integrity_check'])).filter((line) => line !== 'ok')
  } catch (error) {
    // Some damage keeps even the check from its end.
    if (error instanceof Error && isSqliteDamage(error)) return [error.message]
    throw error
  }
}

/** Node's own recursive way never ends where a folder takes no children, as below /proc. */
function makeFolder(dir: string): void {
  const parent = dirname(dir)
  if (existsSync(dir)) return
  if (!existsSync(parent)) makeFolder(parent)
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    // Another process was first.
    if (errorCode(error) !== 'EEXIST') throw error
  }
}
