import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { type Acting, type ActingWay, acting } from '../acting/acting.ts'
import { addressOf } from '../connection/address.ts'
import type { PostgresOptions } from '../options.ts'

/** Databases that servers are made with; nobody works in them. */
const usual = ['postgres', 'template1']
const closed: ReadonlySet<unknown> = new Set(['no-database', 'not-allowed'])

/** The name of the database that the component is of. */
export async function ownDatabase(options: PostgresOptions, ctx: StepContext): Promise<string> {
  return addressOf(await ctx.reveal(options.actingUrl ?? options.url))?.database ?? ''
}

/** The same server and role, another database. */
export async function optionsFor(
  options: PostgresOptions,
  ctx: StepContext,
  database: string,
): Promise<PostgresOptions> {
  return { ...options, actingUrl: urlFor(await ctx.reveal(options.actingUrl ?? options.url), database) }
}

export function urlFor(url: string, database: string): string {
  // By hand: with a socket's folder a url may name no host, which the standard of urls does not know.
  return url.replace(
    /^([a-z]+:\/\/[^/?]*)(?:\/[^?]*)?/i,
    (_, server: string) => `${server}/${encodeURIComponent(database)}`,
  )
}

/** Works in a database of the same server that is neither of these. Throws as `acting` does. */
export async function elsewhere<T>(
  options: PostgresOptions,
  ctx: StepContext,
  not: readonly string[],
  work: (session: Acting) => Promise<T>,
  way: ActingWay = {},
): Promise<T> {
  let last: unknown
  for (const database of usual.filter((one) => !not.includes(one))) {
    let isIn = false
    try {
      return await acting(
        await optionsFor(options, ctx, database),
        ctx,
        (session) => {
          isIn = true
          return work(session)
        },
        way,
      )
    } catch (error) {
      const isClosed =
        error instanceof VigieError && error.code === 'database-unavailable' && closed.has(error.text.params['why'])
      if (isIn || !isClosed) throw error
      last = error
    }
  }
  throw last
}
