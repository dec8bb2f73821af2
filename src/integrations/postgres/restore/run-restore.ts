import { availableParallelism } from 'node:os'
import { BackupError, type BackupFailure, type StoredPart } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { openClient, type PostgresClient } from '../backup/client.ts'
import type { PostgresFacts } from '../backup/facts.ts'
import { failureOf, lastLines } from '../backup/program-failure.ts'
import { targetOf } from '../backup/target.ts'
import type { PostgresOptions } from '../options.ts'
import { restoreFailed, restoreFailedRemedy, serverFull, serverFullRemedy } from './database-texts.ts'
import { urlFor } from './elsewhere.ts'
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

/** The pg_restore that can read the dump. Throws `tool-missing`, or `older-server` where there is only an older one. */
export async function restoreProgram(
  options: PostgresOptions,
  facts: PostgresFacts,
  ctx: StepContext,
): Promise<PostgresClient> {
  // The format is that of the program that wrote it, which may be newer than its server.
  return openClient(options.backup, facts.dumpMajor, ['pg_restore'], ctx)
}

/**
 * Runs pg_restore into a database that is empty. Ends at the first error. On this machine it reads a file, side by side;
 * inside a container it reads what we send. Throws `BackupError`.
 */
export async function runRestore(
  options: PostgresOptions,
  ctx: StepContext,
  client: PostgresClient,
  { part, database, args }: { readonly part: StoredPart; readonly database: string; readonly args: readonly string[] },
): Promise<void> {
  const isInside = options.backup.through.length > 0
  const address = (isInside ? options.backup.url : undefined) ?? options.actingUrl ?? options.url
  const target = targetOf(urlFor(await ctx.reveal(address), database))
  if (target === undefined) throw failed('', 'assertion')
  const common = ['--exit-on-error', '--no-password', `--dbname=${database}`, ...args]
  if (isInside) {
    told(ctx, await client.run('pg_restore', common, target, { stdin: part.read() }))
    return
  }
  await withScratchDump(part, ctx, async (path) => {
    const jobs = Math.min(mostJobs, availableParallelism())
    told(ctx, await client.run('pg_restore', [...common, `--jobs=${jobs}`, path], target))
  })
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
