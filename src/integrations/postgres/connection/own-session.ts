import type { Client } from 'pg'
import { detailOf, type Refusal, refusalOf } from './connection.ts'

const connectTimeoutMs = 10_000

/**
 * A session for one piece of work alone; who opens it ends it. Throws what `refused` makes of the reason why there is none:
 * `other` where the server said something else.
 */
export async function openOwnSession(
  url: string,
  refused: (why: Refusal | 'other', detail: string, cause: unknown) => Error,
): Promise<Client> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: url,
    application_name: 'vigie',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  })
  // One that breaks tells its statement, and an event too, which unheard would end the program.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw refused(refusalOf(error) ?? 'other', detailOf(error), error)
  }
}
