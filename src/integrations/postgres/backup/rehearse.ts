import type { Rehearsal, StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { codeOf, detailOf, refusalOf } from '../connection/connection.ts'
import type { PostgresBackupOptions } from './backup-options.ts'
import { startContainer } from './container-cluster.ts'
import type { DrillServer } from './drill-server.ts'
import { factsIn, type PostgresFacts } from './facts.ts'
import { askCopy } from './rehearsal-answers.ts'
import { notBegun, notBegunHint } from './rehearsal-texts.ts'
import { restoreCopy } from './restore-copy.ts'
import { startCluster } from './scratch-cluster.ts'
import { rehearsalPrograms } from './server-programs.ts'

/**
 * Brings a backup back into a cluster of its own, which listens to nobody and is thrown away. Nothing here knows the address
 * of the living database. Throws `BackupError`, `tool-missing` when this machine has no programs of PostgreSQL, or not the
 * image, `no-answer` when the cluster does not start.
 */
export async function rehearsePostgres(
  options: Pick<PostgresBackupOptions, 'bin' | 'image'>,
  ctx: StepContext,
  stored: StoredComponent,
  scratch: string,
): Promise<Rehearsal> {
  const facts = factsIn(stored)
  const server = await startServer(options, facts, scratch, ctx)
  try {
    const database = await restoreCopy(stored, facts, server, scratch, ctx)
    return {
      env: { DATABASE_URL: server.url(database.name), ...server.env(database.name) },
      assertions: async (questions) => {
        const client = await server.connect(database.name)
        try {
          return await askCopy(client, facts, database, server.major, questions, ctx)
        } catch (error) {
          throw toldError(error)
        } finally {
          await client.end()
        }
      },
      end: server.stop,
    }
  } catch (error) {
    await server.stop()
    throw toldError(error)
  }
}

async function startServer(
  { bin, image }: Pick<PostgresBackupOptions, 'bin' | 'image'>,
  facts: PostgresFacts,
  scratch: string,
  ctx: StepContext,
): Promise<DrillServer> {
  if (image !== undefined) return startContainer({ image, facts, scratch }, ctx)
  const programs = await rehearsalPrograms({ bin }, facts, ctx)
  return startCluster({ programs, superuser: facts.superuser, scratch }, ctx)
}

/** What the server of the rehearsal itself refuses says nothing of the backup. */
function toldError(error: unknown): unknown {
  if (error instanceof VigieError || (codeOf(error) === '' && refusalOf(error) === undefined)) return error
  return new VigieError('no-answer', notBegun({ detail: detailOf(error) }), { hint: notBegunHint({}), cause: error })
}
