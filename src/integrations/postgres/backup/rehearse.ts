import type { Rehearsal, StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { codeOf, detailOf, refusalOf } from '../connection/connection.ts'
import type { PostgresBackupOptions } from './backup-options.ts'
import { factsIn } from './facts.ts'
import { askCopy } from './rehearsal-answers.ts'
import { notBegun, notBegunHint } from './rehearsal-texts.ts'
import { restoreCopy } from './restore-copy.ts'
import { startCluster } from './scratch-cluster.ts'
import { rehearsalPrograms } from './server-programs.ts'

/**
 * Brings a backup back into a cluster of its own, which listens to nobody and is thrown away. Nothing here knows the address
 * of the living database. Throws `BackupError`, `tool-missing` when this machine has no programs of PostgreSQL, `no-answer`
 * when the cluster does not start.
 */
export async function rehearsePostgres(
  options: Pick<PostgresBackupOptions, 'bin'>,
  ctx: StepContext,
  stored: StoredComponent,
  scratch: string,
): Promise<Rehearsal> {
  const facts = factsIn(stored)
  const programs = await rehearsalPrograms(options, facts, ctx)
  const { superuser } = facts
  const cluster = await startCluster({ bin: programs.server.folder, superuser, scratch }, ctx)
  try {
    const database = await restoreCopy(stored, facts, cluster, programs, scratch, ctx)
    const { env, password } = cluster.target(database.name)
    return {
      env: { DATABASE_URL: cluster.url(database.name), ...env, PGPASSWORD: password },
      assertions: async (questions) => {
        const client = await cluster.connect(database.name)
        try {
          return await askCopy(client, facts, database, programs.server.major, questions, ctx)
        } catch (error) {
          throw toldError(error)
        } finally {
          await client.end()
        }
      },
      end: cluster.stop,
    }
  } catch (error) {
    await cluster.stop()
    throw toldError(error)
  }
}

/** What the server of the rehearsal itself refuses says nothing of the backup. */
function toldError(error: unknown): unknown {
  if (error instanceof VigieError || (codeOf(error) === '' && refusalOf(error) === undefined)) return error
  return new VigieError('no-answer', notBegun({ detail: detailOf(error) }), { hint: notBegunHint({}), cause: error })
}
