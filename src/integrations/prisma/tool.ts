import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import type { Migration, MigrationList, MigrationSite, MigrationTool } from '../../core/migrations.ts'
import { withSqlSession } from '../../platform/sql-session.ts'
import { lockLimit } from '../../platform/tool-answer.ts'
import { lastLines, runTool } from '../../platform/tool-command.ts'
import type { PrismaOptions } from './options.ts'
import * as texts from './texts.ts'

type Site = MigrationSite<PrismaOptions>

/** Of an error: code, name of the migration and what PostgreSQL said fit in. */
const mostLines = 8

export interface PrismaFile {
  readonly id: string
  readonly checksum: string
  /** Of the same text with the line ends of another system: Prisma takes it for unchanged, and so do we. */
  readonly alsoKnownAs: readonly string[]
}

export type PrismaRow = {
  readonly id: string
  readonly checksum: string
  /** UTC, ISO 8601. */
  readonly finishedAt: string | null
  readonly isRolledBack: boolean
}

/**
 * What is applied stands in `_prisma_migrations`, as Prisma documents it: the SHA-256 of migration.sql, and a row without an
 * end is one that failed. Applying is left to `prisma migrate deploy`, which takes all that is pending. Verified with Prisma 6.19.
 */
export const prismaTool: MigrationTool<PrismaOptions> = {
  canStopAt: false,
  canAuto: false,
  autoHint: texts.noAutoHint({}),
  list: async (site, ctx) => listOf(await filesOf(site), await rowsOf(site, ctx)),
  pendingSql: async (site, id) => ({ ok: true, sql: await sqlOf(site, id) }),
  apply: async (site, _, ctx) => {
    const { command, lockTimeout } = site.options
    const limits = { env: lockLimit(lockTimeout) }
    const { exitCode, stdout, stderr } = await runTool(site, [...command, 'migrate', 'deploy'], ctx, limits)
    if (exitCode === 0) return
    const detail = saidIn(stderr || stdout) || `exit ${exitCode}`
    throw new VigieError('action-refused', texts.cliFailed({ detail }), { hint: texts.cliFailedHint({}) })
  },
  create: async (site, { name }, ctx) => {
    // As Prisma names its own: the time to the second, in UTC.
    const time = ctx.clock.now().toISOString().replaceAll(/\D/g, '').slice(0, 14)
    const id = `${time}_${name.toLowerCase().replaceAll(/[ -]+/g, '_')}`
    const file = join(site.options.folder, id, 'migration.sql')
    await mkdir(join(site.dir, site.options.folder, id), { recursive: true })
    await writeFile(join(site.dir, file), `-- ${name}\n`, { flag: 'wx' })
    return [file]
  },
}

export function listOf(files: readonly PrismaFile[], rows: readonly PrismaRow[]): MigrationList {
  // One that was rolled back may have been tried again: the row that counts is the other one.
  const counted = new Map(rows.filter(({ isRolledBack }) => !isRolledBack).map((one) => [one.id, one]))
  const known = files.map(({ id, checksum, alsoKnownAs }): Migration => {
    const row = counted.get(id)
    const one = { id, name: '', fingerprint: checksum }
    if (row === undefined) return { ...one, state: 'pending' }
    if (row.finishedAt === null) return { ...one, state: 'failed', detail: texts.begun({}) }
    const at = { ...one, appliedAt: row.finishedAt }
    return [checksum, ...alsoKnownAs].includes(row.checksum)
      ? { ...at, state: 'applied' }
      : { ...at, state: 'drifted', detail: texts.changed({}) }
  })
  const there = new Set(files.map(({ id }) => id))
  const lost = [...counted.keys()]
    .filter((id) => !there.has(id))
    .map((id): Migration => ({ id, name: '', state: 'unknown', detail: texts.notInFolder({}) }))
  return { migrations: [...known, ...lost], heads: [], notes: [] }
}

async function filesOf(site: Site): Promise<readonly PrismaFile[]> {
  const dir = join(site.dir, site.options.folder)
  try {
    const entries = await readdir(dir, { withFileTypes: true })
    const ids = entries.filter((one) => one.isDirectory()).map(({ name }) => name)
    const read = ids.toSorted().map(async (id): Promise<PrismaFile> => {
      const sql = await readFile(join(dir, id, 'migration.sql'), 'utf8')
      const unix = sql.replaceAll('\r\n', '\n')
      return { id, checksum: sha256(sql), alsoKnownAs: [sha256(unix), sha256(unix.replaceAll('\n', '\r\n'))] }
    })
    return await Promise.all(read)
  } catch (cause) {
    throw new VigieError('usage', texts.noFolder({ dir }), { hint: texts.noFolderHint({}), cause })
  }
}

function sqlOf({ dir, options }: Site, id: string): Promise<string> {
  return readFile(join(dir, options.folder, id, 'migration.sql'), 'utf8')
}

async function rowsOf({ options }: Site, ctx: StepContext): Promise<readonly PrismaRow[]> {
  const table = `"${schemaIn(await ctx.reveal(options.url)).replaceAll('"', '""')}"."_prisma_migrations"`
  return withSqlSession(options, ctx, async (session) => {
    const [found] = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table])
    if (found?.there !== true) return []
    return session.query<PrismaRow>(
      `select migration_name as id, checksum, rolled_back_at is not null as "isRolledBack",
              to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "finishedAt"
       from ${table} order by started_at`,
    )
  })
}

/** Prisma's addresses name the schema of its table, `?schema=shop`; every other client passes over that. */
function schemaIn(address: string): string {
  return (URL.canParse(address) && new URL(address).searchParams.get('schema')) || 'public'
}

/** What Prisma says of a failure, without the call stack of its engine below it. */
function saidIn(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const said = lines.slice(
    Math.max(
      0,
      lines.findIndex((line) => line.startsWith('Error:')),
    ),
  )
  const stack = said.findIndex((line) => /^\s+\d+: /.test(line))
  return lastLines(said.slice(0, stack < 0 ? mostLines : Math.min(stack, mostLines)).join('\n'), mostLines)
}
