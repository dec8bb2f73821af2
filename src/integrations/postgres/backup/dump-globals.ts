import type { Dumped } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import type { PostgresOptions } from '../options.ts'
import { openClient } from './client.ts'
import { databaseFacts } from './collect-facts.ts'
import { asDatabaseArgument } from './database-argument.ts'
import { programTarget, runNamed, type Write } from './dump-database.ts'
import { noPasswords } from './dump-texts.ts'
import { majorOf } from './facts.ts'
import { failureOf } from './program-failure.ts'
import { withCopySession } from './session.ts'

/**
 * Without passwords: those are secrets, and may not be read on a managed database. Without tablespaces: they name folders of
 * that one machine, and on another, or in a rehearsal beside the living one, they must not be touched.
 */
const globalsArguments = ['--globals-only', '--no-role-passwords', '--no-tablespaces', '--no-password'] as const

/** Dumps the roles, their memberships and their settings. Throws `BackupError`, `tool-missing`. */
export async function dumpGlobals(options: PostgresOptions, ctx: StepContext, write: Write): Promise<Dumped> {
  return withCopySession(options, ctx, async (session) => {
    const { database } = await databaseFacts(session)
    return dumpGlobalsOf({ serverVersion: session.serverVersion, database }, options, ctx, write)
  })
}

/** As `dumpGlobals`, where it is known what server that is. */
export async function dumpGlobalsOf(
  { serverVersion, database }: { readonly serverVersion: number; readonly database: string },
  options: PostgresOptions,
  ctx: StepContext,
  write: Write,
): Promise<Dumped> {
  const target = await programTarget(options, ctx)
  const client = await openClient(options.backup, majorOf(serverVersion), ['pg_dumpall', 'pg_dump'], ctx)
  const args = [...globalsArguments, `--database=${asDatabaseArgument(database)}`]
  const failure = failureOf('pg_dumpall', await runNamed(client, 'pg_dumpall', args, target, write, options, ctx))
  if (failure !== undefined) throw failure
  return { facts: { serverVersion, dumpMajor: client.major }, notes: [noPasswords({})] }
}
