import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg'
import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { redactSqlLiterals } from '../../../core/sql-literals.ts'
import type { PostgresOptions } from '../options.ts'
import { createGate, type Gate } from './gate.ts'

/** Why there is no connection. */
export type Refusal =
  | 'refused'
  | 'cut'
  | 'timed-out'
  | 'name-not-found'
  | 'wrong-password'
  | 'no-database'
  | 'too-many-connections'
  | 'not-allowed'
  | 'starting'
  | 'tls'
  | 'other'

export type Row = Readonly<Record<string, unknown>>

/** Rows of a catalog query, or why there are none. `denied`: the role may not read it. */
export type Answer<T extends Row> =
  | {
      readonly ok: true
      readonly rows: readonly T[]
      readonly columns: readonly Column[]
      readonly serverVersion: number
      /** The server replays what another one, the primary, writes. */
      readonly isStandby: boolean
      /** The server counts what is done to tables and indexes (`track_counts`). */
      readonly isCounting: boolean
      readonly durationMs: number
    }
  | Unanswered

export interface Unanswered {
  readonly ok: false
  readonly refusal: Refusal | 'denied' | 'statement'
  readonly detail: string
  /** The SQLSTATE of a statement that was not answered. */
  readonly code?: string
}

export interface Column {
  readonly name: string
  /** Of a whole number, one with fractions or a decimal one; a decimal one comes as text. */
  readonly isNumeric: boolean
}

export interface Query {
  readonly sql: string
  /** From the pids of the backends that have served this run and component so far. */
  readonly values?: (ownPids: readonly number[]) => readonly unknown[]
  /** Is shown the rows batch by batch in the place of an answer that holds them all; false ends the reading. */
  readonly onBatch?: (rows: readonly Row[]) => boolean
  /** The team's own SQL: its literals are not kept as evidence, nor are values in what the server says of it. */
  readonly isOwn?: boolean
  /** Names in it are looked up as for any session of the role; true of the team's own SQL anyway. */
  readonly keepsSearchPath?: boolean
}

const connectTimeoutMs = 5000
const maxConnections = 2

/**
 * Stands after what we ask, on a line of its own since a `--` may come before it: PostgreSQL keeps the text of statements
 * with it, from 18 on without what stands before. So our questions can be told from those of an application of the same role.
 */
export const ownMark = '/* vigie */'

function marked(sql: string): string {
  return `${sql}\n${ownMark}`
}

/**
 * Asks one question in a read-only transaction with time limits on statements and locks. All steps of a run share two
 * connections, in turn. A refused connection is an answer, not a throw; `durationMs` is that of the question alone.
 */
export async function ask<T extends Row>(
  component: Component<PostgresOptions>,
  query: Query,
  ctx: StepContext,
): Promise<Answer<T>> {
  const connections = await ctx.share('postgres', () => open(component.options, ctx), close)
  const asked = ctx.clock.monotonicMs()
  // The pool's own queue would count the wait for our other questions as a connection that timed out.
  await connections.gate.enter()
  try {
    // One silence of a server answers all who waited meanwhile: each would wait as long for the same.
    const { refused } = connections
    if (refused !== undefined && refused.atMs > asked) return refusal(refused.why, refused.detail, asked, ctx)
    return await askInTurn<T>(connections, component.options, query, ctx)
  } finally {
    connections.gate.leave()
  }
}

async function askInTurn<T extends Row>(
  connections: Connections,
  { statementTimeout, lockTimeout }: PostgresOptions,
  query: Query,
  ctx: StepContext,
): Promise<Answer<T>> {
  let started = ctx.clock.monotonicMs()
  const took = (): number => ctx.clock.monotonicMs() - started
  let client: PoolClient
  try {
    client = await connections.pool.connect()
  } catch (error) {
    const [why, detail] = [refusalOf(error) ?? 'other', detailOf(error)]
    connections.refused = { why, detail, atMs: ctx.clock.monotonicMs() }
    return refusal(why, detail, started, ctx)
  }
  let isBroken = true
  try {
    const limits = Object.entries({
      statement_timeout: Math.round(statementTimeout),
      lock_timeout: Math.round(lockTimeout),
      idle_in_transaction_session_timeout: 30_000,
      // A url can name an application too, and that would win.
      application_name: "'vigie'",
      // Rows that a policy hides would be missing without a word: so the server refuses instead.
      ...(query.isOwn === true && { row_security: 'off' }),
      // A function that somebody made in a schema of our path may fit our words better than the server's own, and would run as us.
      ...(query.isOwn !== true && query.keepsSearchPath !== true && { search_path: 'pg_catalog' }),
    }).map(([name, value]) => `set local ${name} = ${value}`)
    await client.query(['begin read only', ...limits].map(marked).join('; '))
    const facts = await client.query<ServerFacts>(marked(factsSql))
    const { serverVersion = 0, isStandby = false, isCounting = false, pid = 0 } = facts.rows[0] ?? {}
    connections.pids.add(pid)
    started = ctx.clock.monotonicMs()
    const values = [...(query.values?.([...connections.pids]) ?? [])]
    const result =
      query.onBatch === undefined
        ? await client.query<T>(marked(query.sql), values)
        : await inBatches<T>(client, query.sql, query.onBatch, ctx)
    const durationMs = took()
    await client.query(marked('rollback'))
    isBroken = false
    const output = `${result.rows.length} rows`
    ctx.record({ what: shown(query), output, durationMs: Math.round(durationMs) })
    const columns = result.fields.map(({ name, dataTypeID }) => ({ name, isNumeric: numericTypes.has(dataTypeID) }))
    return { ok: true, rows: result.rows, columns, serverVersion, isStandby, isCounting, durationMs }
  } catch (error) {
    const code = codeOf(error)
    const detail = query.isOwn === true ? withoutValues(detailOf(error), code) : detailOf(error)
    ctx.record({ what: shown(query), output: detail, durationMs: Math.round(took()) })
    return { ok: false, refusal: code === '42501' ? 'denied' : (refusalOf(error) ?? 'statement'), detail, code }
  } finally {
    client.release(isBroken)
  }
}

const batchRows = 5000

/** By a cursor. The question takes no values; alone in its message, so that no second statement ends the transaction. */
async function inBatches<T extends Row>(
  client: PoolClient,
  sql: string,
  onBatch: (rows: readonly Row[]) => boolean,
  ctx: StepContext,
): Promise<QueryResult<T>> {
  // The types of pg do not know this mode yet.
  const declared: QueryConfig & { readonly queryMode: 'extended' } = {
    text: marked(`declare vigie_batches no scroll cursor for ${sql}`),
    queryMode: 'extended',
  }
  await client.query(declared)
  for (;;) {
    const batch = await client.query<T>(marked(`fetch ${batchRows} from vigie_batches`))
    ctx.signal.throwIfAborted()
    if (batch.rows.length === 0 || !onBatch(batch.rows)) return { ...batch, rows: [] }
  }
}

const factsSql = `
  select current_setting('server_version_num')::int as "serverVersion", pg_is_in_recovery() as "isStandby",
         current_setting('track_counts')::bool as "isCounting", pg_backend_pid() as pid`

interface ServerFacts {
  readonly serverVersion: number
  readonly isStandby: boolean
  readonly isCounting: boolean
  readonly pid: number
}

interface Connections {
  readonly pool: Pool
  readonly pids: Set<number>
  readonly gate: Gate
  /** The latest attempt that failed. */
  refused?: { readonly why: Refusal; readonly detail: string; readonly atMs: number }
}

function refusal(why: Refusal, detail: string, sinceMs: number, ctx: StepContext): Answer<never> {
  const durationMs = Math.round(ctx.clock.monotonicMs() - sinceMs)
  ctx.record({ what: 'connect', output: `${why}: ${detail}`, durationMs })
  return { ok: false, refusal: why, detail }
}

async function open(options: PostgresOptions, ctx: StepContext): Promise<Connections> {
  return { pool: await openPool(options, ctx), pids: new Set(), gate: createGate(maxConnections) }
}

async function close({ pool }: Connections): Promise<void> {
  await pool.end()
}

async function openPool(options: PostgresOptions, ctx: StepContext): Promise<Pool> {
  const { default: pg } = await import('pg')
  const connectionString = await ctx.reveal(options.url)
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    application_name: 'vigie',
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 0,
    types: {
      // A cast, since the types of pg have a signature for each format and none for either.
      getTypeParser: (id: number, format?: 'text' | 'binary') =>
        id === int8 ? Number : pg.types.getTypeParser(id, format as 'text'),
    },
  })
  // A connection that dies while it rests is told by the next question.
  pool.on('error', () => undefined)
  // One that breaks while it is in use tells its question, and an event too, which unheard would end the program.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

const int8 = 20
/** int8, int2, int4, float4, float8 and numeric, as pg_type numbers them. */
const numericTypes: ReadonlySet<number> = new Set([int8, 21, 23, 700, 701, 1700])

const refusalByCode: Readonly<Record<string, Refusal>> = {
  ECONNREFUSED: 'refused',
  ENOENT: 'refused',
  ECONNRESET: 'cut',
  EPIPE: 'cut',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'timed-out',
  ENETUNREACH: 'timed-out',
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  '28P01': 'wrong-password',
  '28000': 'not-allowed',
  '3D000': 'no-database',
  '53300': 'too-many-connections',
  '57P03': 'starting',
  '57P01': 'cut',
  '57P02': 'cut',
  '08001': 'refused',
  '08006': 'cut',
  '42501': 'not-allowed',
}

export function refusalOf(error: unknown): Refusal | undefined {
  const known = refusalByCode[codeOf(error)]
  if (known !== undefined) return known
  const text = detailOf(error)
  if (/timeout (?:expired|exceeded)|Connection terminated due to connection timeout/i.test(text)) return 'timed-out'
  if (/certificate|SSL|TLS/i.test(text)) return 'tls'
  if (/SASL|password must be a string|authentication/i.test(text)) return 'wrong-password'
  return /Connection terminated|ended|not queryable/i.test(text) ? 'cut' : undefined
}

export function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

export function detailOf(error: unknown): string {
  if (error instanceof AggregateError) return detailOf(error.errors[0])
  return (error instanceof Error ? error.message || codeOf(error) : String(error)).split('\n')[0]?.slice(0, 300) ?? ''
}

function shown({ sql, isOwn = false }: Query): string {
  return oneLine(isOwn ? redactSqlLiterals(sql) : sql)
}

/**
 * Errors in data (class 22) and of constraints (23) quote values, those that functions raise (P0) may hold anything; the
 * others quote names, and at most what was written.
 */
function withoutValues(detail: string, code: string): string {
  if (code.startsWith('P0')) return `error ${code}`
  return detail.replace(/^2[23]/.test(code) ? /"[^"]*"?/g : /"'[^"]*"?/g, '?')
}

export function oneLine(sql: string): string {
  return sql
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .slice(0, 400)
}
