import type { Client } from 'pg'
import type { StepContext } from '../../../core/context.ts'
import type { PostgresOptions } from '../options.ts'
import { detailOf, type Refusal, type Row, refusalOf } from './connection.ts'

/** One pool of PgBouncer: a database as one user. */
export interface BouncerPool {
  readonly database: string
  readonly user: string
  /** Clients that have a connection, and those that wait for one. */
  readonly active: number
  readonly waiting: number
  /** Connections to PostgreSQL, in use and in all, and how many there may be; 0 is without a limit. */
  readonly used: number
  readonly servers: number
  readonly size: number
  /** How long the first one in the queue has waited. */
  readonly longestWaitMs: number
}

export interface Bouncer {
  readonly pools: readonly BouncerPool[]
  readonly clients: number
  readonly maxClients: number
}

export type BouncerAnswer =
  | { readonly ok: true; readonly bouncer: Bouncer }
  | { readonly ok: false; readonly refusal: Refusal | 'denied' | 'statement'; readonly detail: string }

const timeLimitMs = 5000

/** Asks the admin console of PgBouncer (database `pgbouncer`, a user of stats_users); undefined when none is configured. */
export async function askBouncer(options: PostgresOptions, ctx: StepContext): Promise<BouncerAnswer | undefined> {
  if (options.pgbouncer === undefined) return undefined
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: await ctx.reveal(options.pgbouncer.url),
    connectionTimeoutMillis: timeLimitMs,
    query_timeout: timeLimitMs,
  })
  // One that breaks tells its question, and an event too, which unheard would end the program.
  client.on('error', () => undefined)
  const started = ctx.clock.monotonicMs()
  try {
    await client.connect()
    const bouncer = await look(client)
    const output = `${bouncer.pools.length} pools, ${bouncer.clients} clients`
    ctx.record({ what: 'SHOW POOLS', output, durationMs: Math.round(ctx.clock.monotonicMs() - started) })
    return { ok: true, bouncer }
  } catch (error) {
    const detail = detailOf(error)
    ctx.record({ what: 'SHOW POOLS', output: detail, durationMs: Math.round(ctx.clock.monotonicMs() - started) })
    // PgBouncer names a code of its own for nearly all that it refuses.
    const refusal = /not allowed/i.test(detail)
      ? 'denied'
      : /authentication|password/i.test(detail)
        ? 'wrong-password'
        : undefined
    return { ok: false, refusal: refusal ?? refusalOf(error) ?? 'statement', detail }
  } finally {
    await client.end().catch(() => undefined)
  }
}

// The console knows the simple protocol alone: no values, and all that it tells is text.
async function look(client: Client): Promise<Bouncer> {
  const pools = await client.query<Row>('SHOW POOLS')
  const databases = await client.query<Row>('SHOW DATABASES')
  const config = await client.query<Row>('SHOW CONFIG')
  const number = (value: unknown): number => {
    const read = Number(value)
    if (value === undefined || value === null || !Number.isFinite(read)) throw new Error('unknown answer of PgBouncer')
    return read
  }
  const maxClients = config.rows.find(({ key }) => key === 'max_client_conn')?.['value']
  const sizes = new Map(databases.rows.map((row) => [String(row['name']), number(row['pool_size'])]))
  const seen = pools.rows
    .filter(({ database }) => database !== 'pgbouncer')
    .map((row): BouncerPool => {
      const used = number(row['sv_active'])
      const others = ['sv_idle', 'sv_used', 'sv_tested', 'sv_login'].map((key) => number(row[key]))
      return {
        ...{ database: String(row['database']), user: String(row['user']) },
        ...{ active: number(row['cl_active']), waiting: number(row['cl_waiting']) },
        ...{ used, servers: others.reduce((sum, one) => sum + one, used) },
        size: sizes.get(String(row['database'])) ?? 0,
        longestWaitMs: number(row['maxwait']) * 1000 + number(row['maxwait_us'] ?? 0) / 1000,
      }
    })
  const clients = seen.reduce((sum, { active, waiting }) => sum + active + waiting, 0)
  return { pools: seen, clients, maxClients: number(maxClients) }
}
