import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import type { StepContext } from '../../../core/context.ts'
import { redactSqlLiterals } from '../../../core/sql-literals.ts'
import { codeOf, detailOf, ownMark, type Refusal, refusalOf } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'

/** The plan, line by line, or why there is none. */
export type Plan =
  | { readonly ok: true; readonly lines: readonly string[] }
  | {
      readonly ok: false
      readonly why: 'kind' | 'types' | 'denied' | 'gone' | 'slow' | 'other'
      readonly detail: string
    }
  | { readonly ok: false; readonly why: 'connection'; readonly refusal: Refusal; readonly detail: string }

const connectTimeoutMs = 5000

/**
 * The plan that PostgreSQL follows whatever the values are, on 13 to 18 alike. PREPARE takes nothing but one SELECT, INSERT,
 * UPDATE, DELETE or MERGE, and the extended protocol one statement at a time: that is what makes it safe to hand over a text
 * that is not ours. Nothing is executed, in a read-only transaction, but what planning itself evaluates.
 */
export async function genericPlan(options: PostgresOptions, statement: string, ctx: StepContext): Promise<Plan> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: await ctx.reveal(options.url),
    application_name: 'vigie',
    connectionTimeoutMillis: connectTimeoutMs,
  })
  client.on('error', () => undefined)
  const end = (): void => void client.end().catch(() => undefined)
  ctx.signal.addEventListener('abort', end, { once: true })
  try {
    await client.connect()
  } catch (error) {
    ctx.signal.removeEventListener('abort', end)
    await client.end().catch(() => undefined)
    return { ok: false, why: 'connection', refusal: refusalOf(error) ?? 'other', detail: detailOf(error) }
  }
  try {
    const lines = await explained(client, options, statement)
    ctx.record({ what: 'explain', output: `${lines.length} lines` })
    return { ok: true, lines }
  } catch (error) {
    ctx.signal.throwIfAborted()
    ctx.record({ what: 'explain', output: codeOf(error) })
    return refused(error)
  } finally {
    ctx.signal.removeEventListener('abort', end)
    await client.end().catch(() => undefined)
  }
}

async function explained(client: Client, options: PostgresOptions, statement: string): Promise<readonly string[]> {
  const limits = [
    'begin read only',
    `set local statement_timeout = ${Math.round(options.statementTimeout)}`,
    `set local lock_timeout = ${Math.round(options.lockTimeout)}`,
    'set local idle_in_transaction_session_timeout = 30000',
    'set local plan_cache_mode = force_generic_plan',
  ]
  await client.query(limits.map((one) => `${one} ${ownMark}`).join('; '))
  // A pooler may give the server's session to others later, with what was prepared in it.
  const bare = `vigie_${randomBytes(6).toString('hex')}`
  const name = quoted(bare)
  await alone(client, `prepare ${name} as ${statement}\n${ownMark}`)
  try {
    const counted = await client.query<{ count: number }>(
      `select cardinality(parameter_types) as count from pg_prepared_statements where name = $1 ${ownMark}`,
      [bare],
    )
    const nulls = Array.from({ length: counted.rows[0]?.count ?? 0 }, () => 'null').join(', ')
    const plan = await client.query<{ 'QUERY PLAN': string }>(
      `explain execute ${name}${nulls === '' ? '' : `(${nulls})`} ${ownMark}`,
    )
    return plan.rows.map((row) => withoutLiterals(row['QUERY PLAN']))
  } finally {
    await client.query(`rollback ${ownMark}; deallocate ${name} ${ownMark}`).catch(() => undefined)
  }
}

/** One statement at most: the server refuses a second one. */
async function alone(client: Client, text: string): Promise<void> {
  // The types of pg do not know queryMode yet.
  const config = { text, queryMode: 'extended' }
  await client.query(config)
}

/** Lines of a node say what it is and what it costs; those below it may hold values that the statement was written with. */
function withoutLiterals(line: string): string {
  return /\(cost=|Workers Planned:/.test(line) ? line : redactSqlLiterals(line)
}

/** A message of the server is passed on only where it speaks of names, not of values. */
function refused(error: unknown): Plan {
  const code = codeOf(error)
  if (code === '42601') return { ok: false, why: 'kind', detail: '' }
  if (['42P18', '42P08', '42725', '42804'].includes(code)) return { ok: false, why: 'types', detail: '' }
  if (code === '42501') return { ok: false, why: 'denied', detail: detailOf(error) }
  if (['42P01', '42703', '42883', '42704', '3F000'].includes(code))
    return { ok: false, why: 'gone', detail: detailOf(error) }
  if (code === '57014' || code === '55P03') return { ok: false, why: 'slow', detail: '' }
  const refusal = refusalOf(error)
  if (refusal !== undefined) return { ok: false, why: 'connection', refusal, detail: detailOf(error) }
  return { ok: false, why: 'other', detail: code }
}
