import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import * as z from 'zod'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import type { Migration, MigrationList, MigrationSite, MigrationTool } from '../../core/migrations.ts'
import { withSqlSession } from '../../platform/sql-session.ts'
import { lockLimit } from '../../platform/tool-answer.ts'
import { lastLines, runTool } from '../../platform/tool-command.ts'
import type { DrizzleOptions } from './options.ts'
import * as texts from './texts.ts'

type Site = MigrationSite<DrizzleOptions>

const progress = ['No config path provided', 'Reading config file', 'driver for database', 'applying migrations...']

const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) })

export interface JournalEntry {
  readonly tag: string
  readonly when: number
  readonly hash: string
}

export interface AppliedRow {
  readonly hash: string
  /** `when` of the journal. */
  readonly when: number
}

/**
 * What drizzle-orm's migrator does, verified with drizzle-orm 0.44: it applies, in one transaction, each entry whose `when` is
 * above the highest `created_at` of its table, and keeps the SHA-256 of the file.
 */
export const drizzleTool: MigrationTool<DrizzleOptions> = {
  canStopAt: false,
  canAuto: true,
  list: async (site, ctx) => listOf(await entriesOf(site), await appliedIn(site, ctx)),
  pendingSql: async (site, id) => {
    const sql = await readFile(join(site.dir, site.options.folder, `${id}.sql`), 'utf8')
    return { ok: true, sql, isInTransaction: true }
  },
  apply: async (site, _, ctx) => kit(site, ['migrate'], ctx),
  create: async (site, { name, isAuto }, ctx) => {
    const before = new Set((await entriesOf(site).catch(() => [])).map(({ tag }) => tag))
    const slug = name.toLowerCase().replaceAll(/[ -]+/g, '_')
    await kit(site, ['generate', '--name', slug, ...(isAuto ? [] : ['--custom'])], ctx)
    const made = (await entriesOf(site).catch(() => [])).filter(({ tag }) => !before.has(tag))
    return made.map(({ tag }) => relative(site.dir, join(site.dir, site.options.folder, `${tag}.sql`)))
  },
}

export function listOf(entries: readonly JournalEntry[], rows: readonly AppliedRow[]): MigrationList {
  const applied = new Map(rows.map((one) => [one.when, one]))
  const last = Math.max(...rows.map(({ when }) => when), Number.NEGATIVE_INFINITY)
  const known = entries.map(({ tag, when, hash }): Migration => {
    const one = { id: tag, name: '', fingerprint: hash }
    const row = applied.get(when)
    if (row !== undefined && row.hash === hash) return { ...one, state: 'applied' }
    if (row !== undefined) return { ...one, state: 'drifted', detail: texts.changed({}) }
    return when <= last ? { ...one, state: 'unknown', detail: texts.neverApplied({}) } : { ...one, state: 'pending' }
  })
  const named = new Set(entries.map(({ when }) => when))
  const lost = rows
    .filter(({ when }) => !named.has(when))
    .map(({ when }): Migration => ({ id: String(when), name: '', state: 'unknown', detail: texts.notInJournal({}) }))
  return { migrations: [...known, ...lost], heads: [], notes: [] }
}

async function entriesOf({ dir, options }: Site): Promise<readonly JournalEntry[]> {
  const file = join(dir, options.folder, 'meta', '_journal.json')
  try {
    const { entries } = journalSchema.parse(JSON.parse(await readFile(file, 'utf8')))
    const read = entries.map(async ({ tag, when }) => {
      const sql = await readFile(join(dir, options.folder, `${tag}.sql`), 'utf8')
      return { tag, when, hash: sha256(sql) }
    })
    return await Promise.all(read)
  } catch (cause) {
    throw new VigieError('usage', texts.noJournal({ file }), { hint: texts.noJournalHint({}), cause })
  }
}

function appliedIn({ options }: Site, ctx: StepContext): Promise<readonly AppliedRow[]> {
  const name = [options.schema, options.table].map((one) => `"${one.replaceAll('"', '""')}"`).join('.')
  return withSqlSession(options, ctx, async (session) => {
    const [found] = await session.query<{ there: boolean }>('select to_regclass($1) is not null as there', [name])
    if (found?.there !== true) return []
    const rows = await session.query<{ hash: string; when: string }>(
      `select hash, created_at::text as when from ${name} order by created_at`,
    )
    return rows.map(({ hash, when }) => ({ hash, when: Number(when) }))
  })
}

async function kit(site: Site, args: readonly string[], ctx: StepContext): Promise<void> {
  const { command, lockTimeout } = site.options
  const { exitCode, stdout, stderr } = await runTool(site, [...command, ...args], ctx, { env: lockLimit(lockTimeout) })
  if (exitCode === 0) return
  const detail = lastLines(withoutProgress(stderr) || withoutProgress(stdout))
  throw new VigieError('action-refused', texts.kitFailed({ verb: args[0] ?? '', detail }), {
    hint: texts.kitFailedHint({}),
  })
}

/** It keeps the error of a migration to itself: what is left is how it went about it, and a spinner. Seen with 0.31. */
function withoutProgress(output: string): string {
  const isProgress = (line: string): boolean => progress.some((words) => line.includes(words))
  const lines = stripVTControlCharacters(output).split('\n')
  return lines
    .filter((line) => !isProgress(line))
    .join('\n')
    .trim()
}
