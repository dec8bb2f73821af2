import { setTimeout as wait } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  type SqliteDatabase,
  SqliteDriver,
} from 'kysely'
import { systemClock } from '../../core/clock.ts'
import { sqliteCode } from '../sqlite-error.ts'

const busyCode = 5
/** As long as SQLite's usual `busy_timeout` of 5 s, doubled because waiting here is unfair between writers. */
const patienceMs = 10_000
const longestPauseMs = 25

/**
 * Waits for the lock of another writer without holding up the event loop. SQLite's own `busy_timeout` blocks the whole
 * process: a daemon would answer nobody meanwhile, and two stores in one process would wait for each other in vain.
 */
export class PatientDriver extends SqliteDriver {
  readonly #isInTransaction: () => boolean
  #connection: DatabaseConnection | undefined

  constructor(database: SqliteDatabase, isInTransaction: () => boolean) {
    super({ database })
    this.#isInTransaction = isInTransaction
  }

  /** A full disk or a failed write ends the transaction by itself; undoing it once more would hide that error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#isInTransaction()) await super.rollbackTransaction(connection)
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= patient(await super.acquireConnection())
    return this.#connection
  }
}

function patient(inner: DatabaseConnection): DatabaseConnection {
  return {
    executeQuery: <R>(query: CompiledQuery): Promise<QueryResult<R>> => whenFree(() => inner.executeQuery<R>(query)),
    streamQuery: <R>(query: CompiledQuery, chunkSize: number) => inner.streamQuery<R>(query, chunkSize),
  }
}

/** A statement that was refused as busy did nothing, so it may be tried again. */
export async function whenFree<T>(work: () => T | Promise<T>): Promise<T> {
  const startedMs = systemClock.monotonicMs()
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work()
    } catch (error) {
      const isBusy = sqliteCode(error) === busyCode
      if (!isBusy || systemClock.monotonicMs() - startedMs > patienceMs) throw error
      await wait(pauseMs)
    }
  }
}
