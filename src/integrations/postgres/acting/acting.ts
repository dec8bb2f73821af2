import type { Client } from 'pg'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { codeOf, detailOf, oneLine, type Row } from '../connection/connection.ts'
import { openOwnSession } from '../connection/own-session.ts'
import type { PostgresOptions } from '../options.ts'
import { notReached, reachRemedy } from '../texts.ts'
import { refusedBy, undone } from './acting-refusals.ts'
import {
  actsOnPrimary,
  actsOnPrimaryRemedy,
  otherActs,
  otherActsRemedy,
  poolerBetween,
  poolerRemedy,
} from './acting-texts.ts'
import { copyIn } from './copy-in.ts'

/** One session of its own for work that changes something. */
export interface Acting {
  readonly pid: number
  readonly serverVersion: number
  /** The statement is kept as evidence, without its values. Throws `action-refused` with what PostgreSQL says. */
  query<T extends Row>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly T[]; readonly count: number }>
  /** The rows of a `COPY … FROM STDIN`, as it takes them; gives how many there were. Throws as `query` does, or what they throw. */
  copyIn(sql: string, rows: AsyncIterable<Uint8Array>): Promise<number>
  /**
   * All of it or nothing; the error is thrown after the rollback. Throws `action-refused` too when the server answers the
   * commit with a rollback: it does so, without an error, after a statement that failed and whose error was caught.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>
  /** Another limit for the statements from here on, in milliseconds; 0 is none but the step's own. */
  setLimits(limits: { readonly statementMs?: number; readonly lockMs?: number }): Promise<void>
}

/** `startedAt` tells it from a later session of the same number. */
type OwnSession = Acting & { readonly startedAt: string }

/** How long the server has to end what we gave up. */
const cancelLimitMs = 5000
/** What `lock_timeout` and `statement_timeout` can hold. */
const longestLimitMs = 2_147_483_647
/** Both halves of the advisory lock that every Vigie takes before it changes something: "vigi", "e". */
const ownLock = [0x76696769, 0x65] as const

export interface ActingWay {
  /** Ends what others do: on a standby too, and beside another that works. Default: false. */
  readonly isUrgent?: boolean
  /** What the team wrote stands in its statements: names are looked up as for any session of the role. Default: false. */
  readonly keepsSearchPath?: boolean
}

/**
 * Opens a session with limits on time and locks, does the work, and closes it. Two never work on one database at once.
 * When the step is aborted, the server ends the statement: it would go on without us. Throws `database-unavailable`
 * when there is no connection, `action-refused` behind a pooler and on a standby, `locked` when another works here.
 */
export async function acting<T>(
  options: PostgresOptions,
  ctx: StepContext,
  work: (session: Acting) => Promise<T>,
  way: ActingWay = {},
): Promise<T> {
  const url = await ctx.reveal(options.actingUrl ?? options.url)
  const client = await connect(url, ctx)
  try {
    const session = await prepare(client, options, way, ctx)
    const abort = (): void => void cancel(url, session)
    ctx.signal.addEventListener('abort', abort, { once: true })
    try {
      return await work(session)
    } finally {
      ctx.signal.removeEventListener('abort', abort)
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}

function connect(url: string, ctx: StepContext): Promise<Client> {
  return openOwnSession(url, (why, detail, cause) => {
    ctx.record({ what: 'connect', output: `${why}: ${detail}` })
    return new VigieError('database-unavailable', notReached({ why, detail }), { hint: reachRemedy({ why }), cause })
  })
}

async function prepare(
  client: Client,
  options: PostgresOptions,
  { isUrgent = false, keepsSearchPath = false }: ActingWay,
  ctx: StepContext,
): Promise<OwnSession> {
  const run = async <R extends Row>(sql: string, values: readonly unknown[] = []) => {
    const started = ctx.clock.monotonicMs()
    const tell = (output: string): void =>
      ctx.record({ what: oneLine(sql), output, durationMs: Math.round(ctx.clock.monotonicMs() - started) })
    ctx.signal.throwIfAborted()
    try {
      const { rows, rowCount, command } = await client.query<R>(sql, [...values])
      tell(`${rowCount ?? 0} rows`)
      return { rows, count: rowCount ?? 0, command }
    } catch (error) {
      tell(`${codeOf(error)} ${detailOf(error)}`)
      throw refusedBy(error, sql)
    }
  }
  // A function that somebody made in a schema of our path may fit our words better than the server's own, and would run as us.
  if (!keepsSearchPath) await run('set search_path = pg_catalog')
  const { rows } = await run<ServerFacts>(factsSql)
  const { pid = 0, startedAt = '', serverVersion = 0, isStandby = false } = rows[0] ?? {}
  // PostgreSQL tells its process at the start of a session; a pooler tells a number of its own there.
  if ('processID' in client && client.processID !== pid) {
    throw new VigieError('action-refused', poolerBetween({}), { hint: poolerRemedy({}) })
  }
  if (isStandby && !isUrgent)
    throw new VigieError('action-refused', actsOnPrimary({}), { hint: actsOnPrimaryRemedy({}) })
  if (!isUrgent) await takeTurn(run)
  const setLimits: Acting['setLimits'] = async ({ statementMs, lockMs }) => {
    const limits = Object.entries({ statement_timeout: statementMs, lock_timeout: lockMs })
    for (const [name, ms] of limits) if (ms !== undefined) await run(`set ${name} = ${limitOf(ms)}`)
  }
  await setLimits({ statementMs: ctx.timeoutMs, lockMs: options.actingLockTimeout })
  await run(`set application_name = 'vigie'; set idle_in_transaction_session_timeout = 60000`)
  return {
    pid,
    startedAt,
    serverVersion,
    query: run,
    copyIn: async (sql, rows) => {
      ctx.signal.throwIfAborted()
      try {
        const count = await copyIn(client, sql, rows)
        ctx.record({ what: oneLine(sql), output: `${count} rows` })
        return count
      } catch (error) {
        ctx.record({ what: oneLine(sql), output: `${codeOf(error)} ${detailOf(error)}` })
        throw error instanceof VigieError ? error : refusedBy(error, sql)
      }
    },
    setLimits,
    transaction: async (work) => {
      await run('begin')
      try {
        const result = await work()
        const { command } = await run('commit')
        if (command !== 'COMMIT') throw undone()
        return result
      } catch (error) {
        // A connection that is gone took the transaction with it.
        await client.query('rollback').catch(() => undefined)
        throw error
      }
    },
  }
}

/** As the server takes it: 0, which is no limit, only for 0. */
function limitOf(ms: number): number {
  return Math.min(Math.ceil(ms), longestLimitMs)
}

/** Held until the session ends. */
async function takeTurn(run: Acting['query']): Promise<void> {
  const taken = await run<{ isOurs: boolean }>('select pg_try_advisory_lock($1, $2) as "isOurs"', ownLock)
  if (taken.rows[0]?.isOurs !== true) {
    const holder = await run<{ pid: number }>(
      `select pid from pg_locks where locktype = 'advisory' and classid = $1 and objid = $2 and granted
       and database = (select oid from pg_database where datname = current_database())`,
      ownLock,
    )
    throw new VigieError('locked', otherActs({ pid: holder.rows[0]?.pid ?? 0 }), { hint: otherActsRemedy({}) })
  }
}

const factsSql = `
  select current_setting('server_version_num')::int as "serverVersion", pg_is_in_recovery() as "isStandby",
         pg_backend_pid() as pid,
         (select extract(epoch from backend_start)::text from pg_stat_activity where pid = pg_backend_pid()) as "startedAt"`

type ServerFacts = Omit<OwnSession, keyof Acting> & {
  readonly serverVersion: number
  readonly isStandby: boolean
  readonly pid: number
}

/** Never rejects: who gave up cannot be told any more. */
async function cancel(url: string, { pid, startedAt }: OwnSession): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: url,
    application_name: 'vigie',
    connectionTimeoutMillis: cancelLimitMs,
    query_timeout: cancelLimitMs,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    // When ours has ended meanwhile, its number may be somebody else's.
    await client.query(
      'select pg_cancel_backend(pid) from pg_stat_activity where pid = $1 and extract(epoch from backend_start)::text = $2',
      [pid, startedAt],
    )
  } catch {
    // Its own time limit ends the statement then.
  } finally {
    await client.end().catch(() => undefined)
  }
}
