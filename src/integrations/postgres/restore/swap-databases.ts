import { setTimeout as wait } from 'node:timers/promises'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Acting } from '../acting/acting.ts'
import { detailOf } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { stateOf } from './attempt.ts'
import { lookAtDatabase } from './database-look.ts'
import { elsewhere } from './elsewhere.ts'
import { literal } from './literal.ts'
import { refuseDatabase } from './refuse-database.ts'

export interface Swap {
  /** The name that applications know. */
  readonly database: string
  readonly oid: string
  /** The restored one. */
  readonly side: string
  /** What the old one is called after it. */
  readonly kept: string
  readonly comment: string | null
}

/** RENAME waits five seconds for the sessions to go (CountOtherDBBackends); so often it is begun again. */
const mostTries = 6
const betweenMs = 200
/** ERRCODE_OBJECT_IN_USE. */
const inUse = '55006'

/**
 * Puts the restored database in the place of the living one, both names in one transaction: whoever connects meanwhile waits
 * for it and then finds the new one, and a crash leaves the old one. Sessions of the old one are ended while the rename waits
 * for them.
 */
export async function swapDatabases(
  options: PostgresOptions,
  ctx: StepContext,
  session: Acting,
  swap: Swap,
): Promise<void> {
  const { database, side, kept, comment } = swap
  for (let tries = 1; ; tries++)
    try {
      await whileEnding(options, ctx, swap, () =>
        session.transaction(async () => {
          await session.query(`alter database ${quoted(database)} rename to ${quoted(kept)}`)
          await refuseOther(session, swap)
          await session.query(`alter database ${quoted(side)} rename to ${quoted(database)}`)
          await session.query(
            `comment on database ${quoted(database)} is ${comment === null ? 'null' : literal(comment)}`,
          )
        }),
      )
      return
    } catch (error) {
      if (stateOf(error) !== inUse) throw error
      if (tries === mostTries)
        throw refuseDatabase(database, 'stays', error instanceof VigieError ? detailOf(error.cause) : '')
    }
}

/** Under its new name it is still the one that was planned. */
async function refuseOther(session: Acting, { kept, oid, database }: Swap): Promise<void> {
  const found = await lookAtDatabase(session, kept)
  if (found?.oid !== oid) throw refuseDatabase(database, 'taken')
}

/** Ends the sessions of the living database for as long as the work takes. */
async function whileEnding<T>(
  options: PostgresOptions,
  ctx: StepContext,
  { database, side, oid }: Swap,
  work: () => Promise<T>,
): Promise<T> {
  return elsewhere(
    options,
    ctx,
    [database, side],
    async (other) => {
      let isOver = false
      let refusal: unknown
      const ending = (async () => {
        while (!isOver) {
          await endSessions(other, oid, database)
          await wait(betweenMs)
        }
      })().catch((error: unknown) => {
        refusal = error
      })
      try {
        // It may go well in spite of what stops us: then it has.
        return await work()
      } catch (error) {
        throw stateOf(error) === inUse && refusal !== undefined ? refusal : error
      } finally {
        isOver = true
        await ending
      }
    },
    { isUrgent: true },
  )
}

/** Sessions of clients alone: what copies or replicates was looked for before, and is looked for again. */
async function endSessions(session: Acting, oid: string, database: string): Promise<void> {
  const living = await lookAtDatabase(session, database)
  if (living === undefined || living.oid !== oid) return
  if (living.busy.length > 0) throw refuseDatabase(database, 'busy', living.busy.join(', '))
  if (living.ties.length > 0) throw refuseDatabase(database, 'ties', living.ties.join(', '))
  try {
    await session.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datid = $1::oid and backend_type = 'client backend'`,
      [oid],
    )
  } catch (error) {
    // insufficient_privilege: of a superuser, or of a role that is not ours.
    if (stateOf(error) !== '42501') throw error
    throw refuseDatabase(database, 'held', error instanceof VigieError ? detailOf(error.cause) : '')
  }
}
