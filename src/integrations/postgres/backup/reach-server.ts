import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from 'pg'
import type { StepContext } from '../../../core/context.ts'
import { detailOf } from '../connection/connection.ts'
import type { DrillPlace } from './drill-place.ts'
import { type DrillAccess, drillPort } from './drill-server.ts'

const startLimitMs = 90_000

/**
 * Waits until the server takes sessions and makes a superuser of our own. `isAlive` tells whether it is still worth waiting;
 * `ended` what is thrown when it is not.
 */
export async function reachServer(
  { sockets }: DrillPlace,
  { superuser, password }: { readonly superuser: string; readonly password: string },
  server: { isAlive(): boolean; ended(detail: string): Promise<unknown> },
  ctx: StepContext,
): Promise<DrillAccess> {
  const parameters = { host: sockets, port: drillPort, password }
  const connectAs = async (role: string, database: string): Promise<Client> => {
    const { default: pg } = await import('pg')
    const own = { ...parameters, user: role, database, application_name: 'vigie', connectionTimeoutMillis: 30_000 }
    const client = new pg.Client(own)
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
  }
  const until = ctx.clock.monotonicMs() + startLimitMs
  const first = async (): Promise<Client> => {
    for (;;) {
      ctx.signal.throwIfAborted()
      const answer = await connectAs(superuser, 'template1').catch((error: unknown) => ({ error }))
      if (!('error' in answer)) return answer
      if (!server.isAlive() || ctx.clock.monotonicMs() > until) throw await server.ended(detailOf(answer.error))
      await wait(50)
    }
  }
  // The one of the dump may be told not to log in, or only until a day that is over.
  const user = `vigie_drill_${randomBytes(4).toString('hex')}`
  const admin = await first()
  await admin
    .query(`create role ${user} superuser login password ${admin.escapeLiteral(password)}`)
    .finally(() => admin.end())
  return {
    env: (database) => ({
      ...{ PGHOST: sockets, PGPORT: String(drillPort), PGUSER: user, PGDATABASE: database, PGPASSWORD: password },
    }),
    url: (database) =>
      `postgres://${user}:${password}@localhost:${drillPort}/${inPath(database)}?host=${encodeURIComponent(sockets)}`,
    connect: (database) => connectAs(user, database),
  }
}

/** node-postgres reads back only what `encodeURI` writes, and libpq all. */
const inPath = (database: string): string => encodeURI(database).replace(/[?#]/g, encodeURIComponent)
