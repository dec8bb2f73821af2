import { availableParallelism } from 'node:os'
import { BackupError, type BackupFailure, type StoredPart } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import type { Acting } from '../acting/acting.ts'
import { openClient, type PostgresClient } from '../backup/client.ts'
import type { PostgresFacts } from '../backup/facts.ts'
import { failureOf, lastLines } from '../backup/program-failure.ts'
import { type Target, targetOf } from '../backup/target.ts'
import type { PostgresOptions } from '../options.ts'
import type { Archive } from './archive-toc.ts'
import { restoreFailed, restoreFailedRemedy, serverFull, serverFullRemedy } from './database-texts.ts'
import { optionsFor, urlFor } from './elsewhere.ts'
import { hasOnlyRows, type Loaded, restoreInParts } from './restore-in-parts.ts'
import { hurried } from './restore-session.ts'
import { withScratchDump } from './scratch-dump.ts'

/** Beyond so many the disk of the server is the limit, and the application has less. */
const mostJobs = 4

/** What pg_restore and the server say, in English or by the server's own words for the names. */
const reasons: readonly (readonly [RegExp, BackupFailure])[] = [
  [/No space left on device|could not extend file|disk quota exceeded/i, 'no-space'],
  [/could not open extension control file|extension "[^"]*" is not available/i, 'extension-missing'],
  [/role "[^"]*" does not exist/i, 'role-missing'],
  [/unsupported version .* in file header|unrecognized configuration parameter/i, 'older-server'],
  [/could not read from input file|unexpected end of file|input file appears to be truncated/i, 'truncated'],
]

export interface RestoreRun {
  readonly part: StoredPart
  readonly archive: Archive
  /** The one that it goes into; it is empty. */
  readonly database: string
  /** A session in that one. */
  readonly session: Acting
  readonly args: readonly string[]
}

/** The pg_restore that can read the dump. Throws `tool-missing`, or `older-server` where there is only an older one. */
export async function restoreProgram(
  options: PostgresOptions,
  facts: PostgresFacts,
  ctx: StepContext,
): Promise<PostgresClient> {
  // The format is that of the program that wrote it, which may be newer than its server.
  return openClient(options.backup, facts.dumpMajor, ['pg_restore'], ctx)
}

/** The whole dump must lie on this machine before pg_restore can read it side by side. */
export function needsScratch(options: PostgresOptions, archive: Archive): boolean {
  return options.backup.through.length === 0 && !hasOnlyRows(archive)
}

/**
 * Restores into a database that is empty, and ends at the first error; gives how many rows the server took of each table, where
 * they did not go through pg_restore. Inside a container that reads what we send. Throws `BackupError`.
 */
export async function runRestore(
  options: PostgresOptions,
  ctx: StepContext,
  client: PostgresClient,
  { part, archive, database, session, args }: RestoreRun,
): Promise<Loaded> {
  const isInside = options.backup.through.length > 0
  const address = (isInside ? options.backup.url : undefined) ?? options.actingUrl ?? options.url
  const target = targetOf(urlFor(await ctx.reveal(address), database))
  if (target === undefined) throw failed('', 'assertion')
  const jobs = Math.min(mostJobs, availableParallelism())
  const common = ['--exit-on-error', '--no-password', `--dbname=${database}`, ...args]
  const run = async (own: Target, more: readonly string[], stdin?: AsyncIterable<Uint8Array>): Promise<void> =>
    told(ctx, await client.run('pg_restore', [...common, ...more], own, stdin === undefined ? {} : { stdin }))
  if (isInside) {
    await run(target, [], part.read())
    return new Map()
  }
  const own = await hurried(target, session, jobs)
  if (needsScratch(options, archive)) {
    await withScratchDump(part, ctx, (path) => run(own, [`--jobs=${jobs}`, path]))
    return new Map()
  }
  const { actingUrl, url } = await optionsFor(options, ctx, database)
  const place = { url: await ctx.reveal(actingUrl ?? url), serverVersion: session.serverVersion }
  return restoreInParts(part, { ...place, jobs, restore: (more) => run(own, more) }, ctx)
}

function told(ctx: StepContext, result: Awaited<ReturnType<PostgresClient['run']>>): void {
  const failure = failureOf('pg_restore', result)
  if (failure === undefined) return
  ctx.signal.throwIfAborted()
  const why = reasons.find(([pattern]) => pattern.test(result.stderr))?.[1]
  const detail = lastLines(result.stderr)
  if (why === 'no-space') throw new BackupError('no-space', serverFull({ detail }), { hint: serverFullRemedy({}) })
  if (why !== undefined) throw failed(detail, why)
  // A server that cannot be reached, or went away, is told in its own words; what it refused is not a want of reach.
  const reached = ['other', 'denied', 'lock', 'hidden'].includes(String(failure.text.params['why']))
  throw reached ? failed(detail || String(failure.text.params['detail']), 'assertion') : failure
}

function failed(detail: string, why: BackupFailure): BackupError {
  return new BackupError(why, restoreFailed({ detail }), { hint: restoreFailedRemedy({}) })
}
