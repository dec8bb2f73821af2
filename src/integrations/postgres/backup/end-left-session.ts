import type { StepContext } from '../../../core/context.ts'
import type { PostgresOptions } from '../options.ts'
import { sessionUrl } from './target.ts'

const limitMs = 5000

/**
 * Ends the session of a program of ours that we gave up: in a container it may live on, and hold its locks and its snapshot.
 * By the name that it alone has. Never rejects: who gave up cannot be told any more.
 */
export async function endLeftSession(options: PostgresOptions, name: string, ctx: StepContext): Promise<void> {
  const { default: pg } = await import('pg')
  try {
    const client = new pg.Client({
      connectionString: await sessionUrl(options, ctx),
      application_name: 'vigie',
      connectionTimeoutMillis: limitMs,
      query_timeout: limitMs,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const sql = 'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1'
      const { rowCount } = await client.query(sql, [name])
      ctx.record({ what: sql, output: `${rowCount ?? 0} rows` })
    } finally {
      await client.end().catch(() => undefined)
    }
  } catch (error) {
    ctx.record({ what: `end the session of ${name}`, output: error instanceof Error ? error.name : 'failed' })
  }
}
