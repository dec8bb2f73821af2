import type { Client } from 'pg'
import { BackupError } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { codeOf, detailOf, oneLine, type Row, refusalOf } from '../connection/connection.ts'
import { openOwnSession } from '../connection/own-session.ts'
import type { PostgresOptions } from '../options.ts'
import { notReached, reachRemedy } from '../texts.ts'
import { dumpFailed, dumpFailedHint, notAnAddress, throughPooler, throughPoolerHint } from './dump-texts.ts'
import { sessionUrl, targetOf } from './target.ts'

/** One session on the database that is copied; it changes nothing. */
export interface CopySession {
  readonly serverVersion: number
  readonly role: string
  /** Throws `BackupError` with `unreachable`, but for the codes that are `expected`: then the error of the server. */
  query<T extends Row>(sql: string, values?: readonly unknown[], expected?: readonly string[]): Promise<readonly T[]>
}

/** Supabase and others have their transaction pooler there. */
const poolerPort = '6543'

/**
 * Opens a session, does the work and closes it, at once when the step is aborted. Throws `BackupError` with `unreachable`:
 * without a connection, when it breaks, and where a pooler stands between.
 */
export async function withCopySession<T>(
  options: PostgresOptions,
  ctx: StepContext,
  work: (session: CopySession) => Promise<T>,
): Promise<T> {
  const url = await sessionUrl(options, ctx)
  refusePooler(url)
  const client = await connect(url, ctx)
  const abort = (): void => void client.end().catch(() => undefined)
  ctx.signal.addEventListener('abort', abort, { once: true })
  try {
    return await work(await prepare(client, ctx))
  } finally {
    ctx.signal.removeEventListener('abort', abort)
    await client.end().catch(() => undefined)
  }
}

/** Throws when it is no url, or one that its provider or its owner marks as that of a pooler. */
export function refusePooler(url: string): void {
  const target = targetOf(url)
  if (target === undefined)
    throw new BackupError('unreachable', notAnAddress({}), { hint: reachRemedy({ why: 'other' }) })
  if (target.env['PGPORT'] === poolerPort || /[?&]pgbouncer=true\b/i.test(url)) throw pooler()
}

function pooler(): BackupError {
  return new BackupError('unreachable', throughPooler({}), { hint: throughPoolerHint({}) })
}

function connect(url: string, ctx: StepContext): Promise<Client> {
  return openOwnSession(url, (why, detail, cause) => {
    ctx.record({ what: 'connect', output: `${why}: ${detail}` })
    return new BackupError('unreachable', notReached({ why, detail }), { hint: reachRemedy({ why }), cause })
  })
}

/** What the server of a role may end too early: the snapshot must live as long as the dump. Some are of later versions. */
const unlimited = [
  ...['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout'],
  'transaction_timeout',
]

// All in one: another machine may be far away.
const factsSql = `
  select pg_catalog.current_setting('server_version_num')::pg_catalog.int4 as "serverVersion",
         pg_catalog.pg_backend_pid() as pid, current_user::pg_catalog.text as role,
         array(select pg_catalog.set_config(s.name, '0', false) from pg_catalog.pg_settings s
               where s.name operator(pg_catalog.=) any ($1::pg_catalog.text[])) as limits,
         pg_catalog.set_config('search_path', 'pg_catalog', false) as path`

async function prepare(client: Client, ctx: StepContext): Promise<CopySession> {
  const query: CopySession['query'] = async <R extends Row>(
    sql: string,
    values: readonly unknown[] = [],
    expected: readonly string[] = [],
  ) => {
    const started = ctx.clock.monotonicMs()
    const tell = (output: string): void =>
      ctx.record({ what: oneLine(sql), output, durationMs: Math.round(ctx.clock.monotonicMs() - started) })
    ctx.signal.throwIfAborted()
    try {
      const { rows } = await client.query<R>(sql, [...values])
      tell(`${rows.length} rows`)
      return rows
    } catch (error) {
      tell(`${codeOf(error)} ${detailOf(error)}`)
      if (expected.includes(codeOf(error))) throw error
      const why = refusalOf(error) === 'cut' ? 'cut' : codeOf(error) === '53100' ? 'full' : 'other'
      const text = dumpFailed({ program: 'PostgreSQL', why, detail: detailOf(error) })
      throw new BackupError('unreachable', text, { hint: dumpFailedHint({ why }), cause: error })
    }
  }
  // A function that somebody made in a schema of our path may fit our words better than the server's own, and would run as us.
  const [facts] = await query<{ serverVersion: number; pid: number; role: string }>(factsSql, [unlimited])
  const { serverVersion = 0, pid = 0, role = '' } = facts ?? {}
  // PostgreSQL tells its process at the start of a session; a pooler tells a number of its own there.
  if ('processID' in client && client.processID !== pid) throw pooler()
  // Without us nobody needs the answer: the server looks whether we are still there.
  if (serverVersion >= 140_000)
    await query(`set client_connection_check_interval = '5s'`, [], ['22023']).catch((error: unknown) => {
      // Some systems cannot look.
      if (codeOf(error) !== '22023') throw error
    })
  return { serverVersion, role, query }
}
