import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Dialect, Kysely, sql } from 'kysely'
import { VigieError } from '../core/errors.ts'
import { openPostgres, postgresIds } from './dialects/postgres.ts'
import { openSqlite, sqliteIds } from './dialects/sqlite.ts'
import { fileNote, tableNote } from './head-note.ts'
import {
  damaged,
  damagedHint,
  newer,
  newerHint,
  unreachable,
  unreachableHint,
  unwritable,
  unwritableHint,
} from './messages.ts'
import { auditRecords, type HeadNote } from './records/audit.ts'
import { findingRecords } from './records/findings.ts'
import { leaseRecords } from './records/leases.ts'
import { measurementRecords } from './records/measurements.ts'
import { planRecords } from './records/plans.ts'
import { runRecords } from './records/runs.ts'
import { signOffRecords } from './records/sign-offs.ts'
import type { Tables } from './schema.ts'
import { schemaVersion } from './schema-version.ts'
import type { Store } from './store.ts'

export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly dir: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema?: string }

/** Opens the state and brings its schema up to date. Throws `store-unwritable` or `store-damaged`. */
export function openStore(location: StoreLocation): Promise<Store> {
  return location.kind === 'sqlite'
    ? openSqliteStore(location.dir)
    : openPostgresStore(location.url, location.schema ?? 'vigie')
}

async function openSqliteStore(dir: string): Promise<Store> {
  const file = join(dir, 'state.db')
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const { dialect, database } = openSqlite(file)
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version > schemaVersion) {
      database.close()
      throw new VigieError('store-damaged', newer({ where: file, found: String(version) }), { hint: newerHint({}) })
    }
    const db = new Kysely<Tables>({ dialect })
    if (version < schemaVersion) {
      const { migrate } = await import('./migrations/migrate.ts')
      await migrate(db as unknown as Kysely<unknown>, sqliteIds)
      database.exec(`PRAGMA user_version = ${schemaVersion}`)
    }
    const integrity = async (): Promise<string[]> =>
      database
        .prepare('PRAGMA integrity_check')
        .all()
        .map((row) => String(row['integrity_check']))
        .filter((line) => line !== 'ok')
    return storeOn(
      db,
      fileNote(dir),
      async () => undefined,
      integrity,
      (error) => sqliteError(error, file),
    )
  } catch (error) {
    throw sqliteError(error, file)
  }
}

async function openPostgresStore(url: string, schema: string): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: (await openPostgres(url, schema)) as Dialect })
  try {
    await sql`create schema if not exists ${sql.id(schema)}`.execute(db)
    const { migrate } = await import('./migrations/migrate.ts')
    await migrate(db as unknown as Kysely<unknown>, postgresIds)
  } catch (error) {
    await db.destroy()
    const detail = error instanceof Error ? error.message || String((error as { code?: string }).code) : String(error)
    throw new VigieError('store-unwritable', unreachable({ detail }), { hint: unreachableHint({}), cause: error })
  }
  const lock = async (tx: Kysely<Tables>): Promise<void> => {
    await sql`lock table audit in exclusive mode`.execute(tx)
  }
  return storeOn(
    db,
    tableNote(db),
    lock,
    async () => [],
    (error) => error,
  )
}

function storeOn(
  db: Kysely<Tables>,
  note: HeadNote,
  lockLog: (tx: Kysely<Tables>) => Promise<void>,
  integrity: () => Promise<string[]>,
  translate: (error: unknown) => unknown,
): Store {
  const guarded = <T extends object>(records: T): T => translated(records, translate)
  return {
    runs: guarded(runRecords(db)),
    measurements: guarded(measurementRecords(db)),
    findings: guarded(findingRecords(db)),
    plans: guarded(planRecords(db)),
    signOffs: guarded(signOffRecords(db)),
    leases: guarded(leaseRecords(db)),
    audit: guarded(auditRecords(db, note, lockLog)),
    integrity,
    close: () => db.destroy(),
  }
}

/** The same records, whose failures are told in our words. */
function translated<T extends object>(records: T, translate: (error: unknown) => unknown): T {
  const entries = Object.entries(records).map(([name, work]) => [
    name,
    (...args: unknown[]) =>
      Promise.resolve(work(...args)).catch((error: unknown) => {
        throw translate(error)
      }),
  ])
  return Object.fromEntries(entries)
}

const damageCodes = [11, 26]

function sqliteError(error: unknown, where: string): unknown {
  if (error instanceof VigieError || !(error instanceof Error)) return error
  const { errcode, code } = error as { errcode?: number; code?: string }
  const detail = error.message
  if (errcode !== undefined && damageCodes.includes(errcode & 0xff)) {
    return new VigieError('store-damaged', damaged({ where, detail }), { hint: damagedHint({}), cause: error })
  }
  const isOurs =
    errcode !== undefined || ['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EEXIST', 'EDQUOT'].includes(code ?? '')
  return isOurs
    ? new VigieError('store-unwritable', unwritable({ where, detail }), { hint: unwritableHint({}), cause: error })
    : error
}
