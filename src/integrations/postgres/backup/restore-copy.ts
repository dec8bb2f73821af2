import { rm, stat, statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { BackupError, type BackupFailure, type StoredComponent, type StoredPart } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { quoted } from '../identifier.ts'
import { type CopyDatabase, createDatabase } from './create-database.ts'
import { asDatabaseArgument } from './database-argument.ts'
import type { DrillServer, ProgramEnd } from './drill-server.ts'
import { databasePart, globalsPart, type PostgresFacts } from './facts.ts'
import { diskIsFull, errorLines } from './program-failure.ts'
import { refuseMissing } from './refuse-missing.ts'
import { diskFull, noRoom, noRoomHint, notBegun, restoreFailed, restoreFailedHint } from './rehearsal-texts.ts'
import { withoutLines } from './without-lines.ts'

/** More hardly help, and this is no time of its own for the machine. */
const mostJobs = 4
/** A copy to be thrown away has no other disks, and gets no changes from anywhere. */
const restoreArguments = ['--exit-on-error', '--no-password', '--no-tablespaces', '--no-subscriptions'] as const

/** What pg_restore and the server of the copy say, in English both. */
const reasons: readonly (readonly [RegExp, BackupFailure])[] = [
  [diskIsFull, 'no-space'],
  [/role ".*" does not exist/is, 'role-missing'],
  [
    /extension ".*" is not available|could not open extension control file|could not access file "\$libdir/i,
    'extension-missing',
  ],
  [/unsupported version \(/i, 'older-server'],
  [/end of file|could not read|appears to be corrupt|too short|found unexpected block ID/i, 'truncated'],
]

/** Brings a dump back into a cluster that is empty. Throws `BackupError`. */
export async function restoreCopy(
  { parts }: StoredComponent,
  facts: PostgresFacts,
  server: DrillServer,
  scratch: string,
  ctx: StepContext,
): Promise<CopyDatabase> {
  const dump = parts.find(({ name }) => name === databasePart.name)
  if (dump === undefined) throw new Error('facts without the part that they stand in')
  await refuseSmallDisk(dump, facts, server.folder, server.files)
  const admin = await server.connect('template1')
  let database: CopyDatabase
  try {
    const globals = parts.find(({ name }) => name === globalsPart.name)
    if (globals !== undefined) await restoreGlobals(globals, facts, server)
    await refuseMissing(admin, facts, globals !== undefined, server)
    database = await createDatabase(admin, facts, server.major)
  } finally {
    await admin.end()
  }
  if (facts.copied === 'schemas') await prepareSchemas(database.name, facts, server)
  try {
    await writeDump(dump, server, ctx)
    const jobs = `--jobs=${Math.min(mostJobs, availableParallelism())}`
    const into = database.isMadeByRestore
      ? ['--create', '--dbname=template1']
      : [`--dbname=${asDatabaseArgument(database.name)}`]
    const args = [...restoreArguments, jobs, ...into, server.pathOf(databasePart.file)]
    refuseFailed('pg_restore', await server.run('pg_restore', args), scratch)
  } finally {
    await rm(join(server.files, databasePart.file), { force: true })
  }
  return database
}

async function refuseSmallDisk(
  dump: StoredPart,
  { bytes, copied }: PostgresFacts,
  cluster: string,
  scratch: string,
): Promise<void> {
  // Of a selection only the dump says how large it is.
  const restored = copied === 'all' ? Math.max(bytes, dump.bytes) : 2 * dump.bytes
  const isOneDisk = (await stat(cluster)).dev === (await stat(scratch)).dev
  const wanted = isOneDisk
    ? [{ folder: scratch, needed: dump.bytes + restored }]
    : [
        { folder: scratch, needed: dump.bytes },
        { folder: cluster, needed: restored },
      ]
  for (const { folder, needed } of wanted) {
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    if (free < needed)
      throw new BackupError('no-space', noRoom({ folder, free, needed }), { hint: noRoomHint({ folder }) })
  }
}

/** The superuser is there already, as in every cluster; whatever else goes wrong is a fault. */
async function restoreGlobals(globals: StoredPart, { superuser }: PostgresFacts, server: DrillServer): Promise<void> {
  const own = [superuser, quoted(superuser)].map((name) => `CREATE ROLE ${name};`)
  const args = ['--no-psqlrc', '--quiet', '--no-password', '--set=ON_ERROR_STOP=1', '--file=-']
  const stdin = withoutLines(globals.read(), own)
  refuseFailed('psql', await server.run('psql', args, stdin), server.folder)
}

/** Of chosen schemas pg_dump brings all extensions, and not the schemas in which those may be. */
async function prepareSchemas(
  name: string,
  { schemas, extensions }: PostgresFacts,
  server: DrillServer,
): Promise<void> {
  const client = await server.connect(name)
  try {
    for (const { schema } of extensions)
      if (!schemas.includes(schema) && !schema.startsWith('pg_'))
        await client.query(`create schema if not exists ${quoted(schema)}`)
  } finally {
    await client.end()
  }
}

async function writeDump(dump: StoredPart, server: DrillServer, { signal }: StepContext): Promise<void> {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of dump.read()) {
      signal.throwIfAborted()
      yield piece
    }
  }
  const file = join(server.files, databasePart.file)
  try {
    await server.write(databasePart.file, pieces())
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
    const text = diskFull({ folder: file, detail: String(code) })
    throw new BackupError('no-space', text, { hint: noRoomHint({ folder: file }), cause: error })
  }
}

function refuseFailed(program: string, result: ProgramEnd, folder: string): void {
  const { outcome, exitCode, signal, stderr } = result
  if (outcome === 'exited' && exitCode === 0) return
  const detail = errorLines(stderr) || (outcome === 'exited' ? `exit ${exitCode}` : `${outcome} ${signal ?? ''}`.trim())
  if (outcome !== 'exited') throw new VigieError('no-answer', notBegun({ detail: `${program}: ${detail}` }))
  const failure = reasons.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'assertion'
  if (failure === 'no-space')
    throw new BackupError(failure, diskFull({ folder, detail }), { hint: noRoomHint({ folder }) })
  throw new BackupError(failure, restoreFailed({ program, detail }), { hint: restoreFailedHint({}) })
}
