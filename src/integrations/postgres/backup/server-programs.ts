import { BackupError } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { PostgresBackupOptions } from './backup-options.ts'
import { majorOf, type PostgresFacts } from './facts.ts'
import { noProgram, noProgramHint } from './program-texts.ts'
import { fitting, type ProgramFolder, programFolders } from './programs.ts'
import { noServer } from './rehearsal-texts.ts'

export interface RehearsalPrograms {
  /** With initdb and postgres. */
  readonly server: ProgramFolder
  /** With pg_restore and psql. */
  readonly client: ProgramFolder
}

/** From this major on pg_restore begins with a setting (transaction_timeout) that older servers refuse. */
const setsTransactionTimeout = 17

/**
 * Programs of this machine for a copy of the dump: of the major of its server where they are, else newer ones. Throws
 * `BackupError` with `older-server` when there are only older ones, `tool-missing` when there are none.
 */
export async function rehearsalPrograms(
  { bin }: Pick<PostgresBackupOptions, 'bin'>,
  facts: Pick<PostgresFacts, 'serverVersion' | 'dumpMajor'>,
  ctx: StepContext,
): Promise<RehearsalPrograms> {
  const serverMajor = majorOf(facts.serverVersion)
  const client = await find(['pg_restore', 'psql'], 'client', facts.dumpMajor, bin, ctx)
  const least = client.major < setsTransactionTimeout ? serverMajor : Math.max(serverMajor, setsTransactionTimeout)
  // Where the programs of clients are told to be, those of a server need not be.
  const own = bin === undefined ? undefined : fitting(await programFolders(['postgres', 'initdb'], bin, ctx), least)
  const server = own ?? (await find(['postgres', 'initdb'], 'server', least, undefined, ctx))
  return { server, client }
}

async function find(
  needed: Parameters<typeof programFolders>[0],
  kind: 'client' | 'server',
  major: number,
  bin: string | undefined,
  ctx: StepContext,
): Promise<ProgramFolder> {
  const folders = await programFolders(needed, bin, ctx)
  const found = fitting(folders, major)
  if (found !== undefined) return found
  const hint = noProgramHint({ kind, major, inside: false })
  const newest = folders.toSorted((a, b) => b.major - a.major)[0]
  if (newest !== undefined) throw new BackupError('older-server', noServer({ newest: newest.version, major }), { hint })
  throw new VigieError('tool-missing', noProgram({ programs: needed, where: bin ?? null }), { hint })
}
