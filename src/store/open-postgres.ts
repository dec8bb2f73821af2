import { Kysely, sql } from 'kysely'
import { VigieError } from '../core/errors.ts'
import { assembleStore } from './assemble.ts'
import { openPostgres, postgresSchema } from './dialects/postgres.ts'
import { tableNote } from './head-note.ts'
import { headLost, headLostHint, newer, newerHint } from './messages.ts'
import { postgresError, sqlState } from './postgres-error.ts'
import type { Tables } from './schema.ts'
import { schemaVersion } from './schema-version.ts'
import type { Store } from './store.ts'

const undefinedTable = '42P01'

/**
 * The state in a schema of its own. Names are written with their schema instead of by `search_path`, which poolers
 * refuse or forget.
 */
export async function openPostgresStore(url: string, schema: string): Promise<Store> {
  const pool = new Kysely<Tables>({ dialect: await openPostgres(url) })
  const db = pool.withSchema(schema)
  const note = tableNote()
  try {
    const version = await versionOf(db)
    if (version > schemaVersion) {
      throw new VigieError('store-damaged', newer({ where: schema, found: String(version) }), { hint: newerHint({}) })
    }
    if (version < schemaVersion) {
      const { migrate } = await import('./migrations/migrate.ts')
      await migrate(db, postgresSchema, schema, async (tx) => {
        if (version === 0) await note.begin(tx)
      })
    }
  } catch (error) {
    await pool.destroy()
    throw postgresError(error)
  }
  return assembleStore({
    db,
    note,
    lostNote: () =>
      new VigieError('store-damaged', headLost({ where: `${schema}.audit_head` }), { hint: headLostHint({}) }),
    integrity: () => failedChecksums(db),
    snapshot: (work) => db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    translate: postgresError,
    close: () => pool.destroy(),
  })
}

/** How many migrations were made, by Kysely's own book. */
async function versionOf(db: Kysely<Tables>): Promise<number> {
  try {
    const book = db.withTables<{ kysely_migration: { name: string } }>()
    return (await book.selectFrom('kysely_migration').select('name').execute()).length
  } catch (error) {
    if (sqlState(error) === undefinedTable) return 0
    throw error
  }
}

/** The pages whose checksum did not hold when the server read them; a server without checksums knows of none. */
async function failedChecksums(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ failures: number | null }>`
    select checksum_failures as failures from pg_catalog.pg_stat_database where datname = current_database()
  `.execute(db)
  const failures = rows[0]?.failures ?? 0
  return failures > 0 ? [`checksum_failures: ${failures}`] : []
}
