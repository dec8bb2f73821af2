import { BackupError, type DumpSurvey } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import type { Text } from '../../../core/message.ts'
import type { PostgresOptions } from '../options.ts'
import { openClient } from './client.ts'
import { databaseFacts } from './collect-facts.ts'
import { programTarget } from './dump-database.ts'
import { dumpGlobalsOf } from './dump-globals.ts'
import { emptyDatabase, managed, noGlobals, onlyPart, rowsLeftOut } from './dump-texts.ts'
import { databasePart, globalsPart, majorOf } from './facts.ts'
import { obstacle } from './readable.ts'
import { readRelations } from './relations.ts'
import { select } from './selection.ts'
import { type CopySession, withCopySession } from './session.ts'

/** Roles that providers of managed databases keep for themselves: RDS, Cloud SQL, AlloyDB, Azure, Supabase, Neon, DigitalOcean. */
const ofProviders = [
  ...['rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin', 'supabase_admin'],
  ...['neon_superuser', 'doadmin'],
]

/**
 * What there is to copy. What the role may not read is told here already; the dump refuses it. Throws what keeps all of it
 * from being copied: no connection, a pooler between, no program or an older one.
 */
export async function surveyPostgres(options: PostgresOptions, ctx: StepContext): Promise<DumpSurvey> {
  await programTarget(options, ctx)
  const { bytes, notes, globals } = await withCopySession(options, ctx, async (session) => {
    await openClient(options.backup, majorOf(session.serverVersion), ['pg_dump'], ctx)
    const found = await looked(options, session)
    if (!options.backup.globals) return { ...found, globals: undefined }
    const server = { serverVersion: session.serverVersion, database: found.database }
    // A plan and what is done of it ask the same within a moment.
    const open = () => globalsBytes(server, options, ctx, found.provider !== undefined)
    return { ...found, globals: await ctx.share('postgres-globals', open, async () => undefined) }
  })
  const database = { ...databasePart, bytes }
  if (globals === undefined) return { parts: [database], notes }
  if (typeof globals !== 'number') return { parts: [database], notes: [...notes, globals] }
  return { parts: [database, { ...globalsPart, bytes: globals }], notes }
}

async function looked(
  options: PostgresOptions,
  session: CopySession,
): Promise<{
  readonly bytes: number
  readonly database: string
  readonly notes: readonly Text[]
  readonly provider: string | undefined
}> {
  const { bytes, database } = await databaseFacts(session)
  const selection = select(await readRelations(session), options.backup)
  const sql = 'select rolname::text as name from pg_roles where rolname = any($1)'
  const [provider] = await session.query<{ name: string }>(sql, [ofProviders])
  const problem = await obstacle(session, selection)
  const notes = [
    ...(problem === undefined ? [] : [problem.text]),
    ...(selection.relations.length === 0 ? [emptyDatabase({ database })] : []),
    ...(selection.copied === 'all' ? [] : [onlyPart({})]),
    ...(options.backup.exclude.length === 0 ? [] : [rowsLeftOut({ tables: options.backup.exclude })]),
    ...(provider === undefined ? [] : [managed({ role: provider.name })]),
  ]
  return { bytes, database, notes, provider: provider?.name }
}

/** How large the roles are: they are few, so they are read; or why a role that may not is no failure of the whole. */
async function globalsBytes(
  server: Parameters<typeof dumpGlobalsOf>[0],
  options: PostgresOptions,
  ctx: StepContext,
  isManaged: boolean,
): Promise<number | Text> {
  let bytes = 0
  try {
    await dumpGlobalsOf(server, options, ctx, async (piece) => {
      bytes += piece.length
    })
    return bytes
  } catch (error) {
    if (!(error instanceof BackupError)) throw error
    const { why, detail } = error.text.params
    if (why !== 'denied' && !isManaged) throw error
    return noGlobals({ detail: String(detail ?? error.text.code) })
  }
}
