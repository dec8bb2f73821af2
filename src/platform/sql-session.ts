import type { Client } from 'pg'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import type { Secret } from '../core/secret.ts'

const notReached = message<{ detail: string }>('sql-session.not-reached', {
  en: (p) => `The database of the migrations gave no answer: ${p.detail}`,
  fr: (p) => `La base des migrations n'a pas répondu : ${p.detail}`,
})
const notReachedHint = message('sql-session.not-reached-hint', {
  en: () => 'Look at its address, its password and whether it runs: `vigie doctor`.',
  fr: () => 'Vérifiez son adresse, son mot de passe et si elle tourne : `vigie doctor`.',
})
const refusedBy = message<{ detail: string }>('sql-session.refused', {
  en: (p) => `PostgreSQL refused a statement: ${p.detail}`,
  fr: (p) => `PostgreSQL a refusé une requête : ${p.detail}`,
})
const refusedHint = message('sql-session.refused-hint', {
  en: () => 'Correct the SQL, or give the role of the migrations the right that it lacks.',
  fr: () => 'Corrigez le SQL, ou donnez au rôle des migrations le droit qui lui manque.',
})
export const sqlSessionMessages = [notReached, notReachedHint, refusedBy, refusedHint]

const connectTimeoutMs = 5000

export interface SqlSession {
  /** Throws `action-refused` with what PostgreSQL says. */
  query<Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

/**
 * One session on the database of a team's migrations, with limits on its time and on how long it waits for a lock. Throws
 * `database-unavailable` when there is none, `secret-missing`. An aborted step closes it, and the server rolls back.
 */
export async function withSqlSession<T>(
  { url, lockTimeout }: { readonly url: Secret; readonly lockTimeout: number },
  ctx: StepContext,
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: await ctx.reveal(url),
    application_name: 'vigie',
    connectionTimeoutMillis: connectTimeoutMs,
  })
  // One that breaks tells its statement, and an event too, which unheard would end the program.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (error) {
    await client.end().catch(() => undefined)
    const hint = notReachedHint({})
    throw new VigieError('database-unavailable', notReached({ detail: firstLine(error) }), { hint, cause: error })
  }
  const abort = (): void => void client.end().catch(() => undefined)
  ctx.signal.addEventListener('abort', abort, { once: true })
  try {
    const limits = { statement_timeout: ctx.timeoutMs * 0.9, lock_timeout: lockTimeout }
    for (const [name, ms] of Object.entries(limits)) await client.query(`set ${name} = ${Math.round(ms)}`)
    return await work(sessionOn(client, ctx))
  } finally {
    ctx.signal.removeEventListener('abort', abort)
    await client.end().catch(() => undefined)
  }
}

function sessionOn(client: Client, ctx: StepContext): SqlSession {
  return {
    query: async <Row extends Record<string, unknown>>(sql: string, values: readonly unknown[] = []) => {
      const started = ctx.clock.monotonicMs()
      const what = sql.trim().replaceAll(/\s+/g, ' ').slice(0, 400)
      const tell = (output: string): void =>
        ctx.record({ what, output, durationMs: Math.round(ctx.clock.monotonicMs() - started) })
      try {
        // Without values several statements may stand in one text.
        const { rows } = await (values.length === 0 ? client.query<Row>(sql) : client.query<Row>(sql, [...values]))
        tell(`${rows?.length ?? 0} rows`)
        return rows ?? []
      } catch (error) {
        tell(firstLine(error))
        throw new VigieError('action-refused', refusedBy({ detail: firstLine(error) }), {
          hint: refusedHint({}),
          cause: error,
        })
      }
    },
  }
}

function firstLine(error: unknown): string {
  const [first] = error instanceof AggregateError ? error.errors : [error]
  const told = first instanceof Error ? first.message || first.name : String(first)
  return told.split('\n')[0]?.slice(0, 300) ?? ''
}
