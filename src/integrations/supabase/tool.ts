import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { sha256 } from '../../core/hash.ts'
import type { Migration, MigrationList, MigrationSite, MigrationTool } from '../../core/migrations.ts'
import { withSqlSession } from '../../platform/sql-session.ts'
import { applyFile } from './apply-file.ts'
import type { SupabaseFile, SupabaseOptions } from './options.ts'
import { pushTo, runPush } from './push.ts'
import * as texts from './texts.ts'

type Site = MigrationSite<SupabaseOptions>

/**
 * What is applied stands in supabase_migrations.schema_migrations by version, as its CLI documents it; it keeps no checksum,
 * so that a change is seen only by what Vigie saw before. Vigie applies the files itself, unless the CLI is told to.
 */
export const supabaseTool: MigrationTool<SupabaseOptions> = {
  canStopAt: false,
  canAuto: false,
  autoHint: texts.noAutoHint({}),
  list: async (site, ctx) => listOf(await filesOf(site), await versionsIn(site, ctx)),
  pendingSql: async (site, id) => {
    const sql = await readFile(join(folderOf(site), `${id}.sql`), 'utf8')
    return { ok: true, sql, isInTransaction: true }
  },
  apply: async (site, id, ctx) => {
    const { apply } = site.options
    if (apply === 'sql') return applyUpTo(site, id, ctx)
    return runPush(site, apply === 'push' ? await pushTo(site, ctx) : { argv: apply, env: {} }, ctx)
  },
  create: async (site, { name }, ctx) => {
    const time = ctx.clock.now().toISOString().replaceAll(/\D/g, '').slice(0, 14)
    await mkdir(folderOf(site), { recursive: true })
    const file = join(site.options.folder, `${time}_${name.toLowerCase().replaceAll(/[ -]+/g, '_')}.sql`)
    await writeFile(join(site.dir, file), `-- ${name}\n`, { flag: 'wx' })
    return [file]
  },
}

export function listOf(files: readonly SupabaseFile[], versions: readonly string[]): MigrationList {
  const applied = new Set(versions)
  const last = files.findLastIndex(({ version }) => applied.has(version))
  const known = files.map(({ id, version, fingerprint }, index): Migration => {
    const one = { id, name: '', fingerprint }
    if (applied.has(version)) return { ...one, state: 'applied' }
    return { ...one, state: 'pending', ...(index < last && { detail: texts.late({}) }) }
  })
  const there = new Set(files.map(({ version }) => version))
  const lost = versions
    .filter((version) => !there.has(version))
    .map((id): Migration => ({ id, name: '', state: 'unknown', detail: texts.notInFolder({}) }))
  // Of two with one version the database keeps one.
  const twins = files.filter(({ version }, at) => files.some((other, i) => i !== at && other.version === version))
  return { migrations: [...known, ...lost], heads: twins.map(({ id }) => id), notes: [] }
}

async function applyUpTo(site: Site, id: string, ctx: StepContext): Promise<void> {
  const files = await filesOf(site)
  const applied = new Set(await versionsIn(site, ctx))
  const pending = files.slice(0, files.findIndex((one) => one.id === id) + 1).filter((one) => !applied.has(one.version))
  const last = files.findLastIndex(({ version }) => applied.has(version))
  const before = pending.filter((one) => files.indexOf(one) < last).map((one) => one.id)
  if (before.length > 0)
    throw new VigieError('action-refused', texts.lateRefused({ names: before }), { hint: texts.lateRefusedHint({}) })
  for (const file of pending) await applyFile(file, site, ctx)
}

async function filesOf(site: Site): Promise<readonly SupabaseFile[]> {
  const dir = folderOf(site)
  const names = await readdir(dir).catch((cause: unknown) => {
    throw new VigieError('usage', texts.noFolder({ dir }), { hint: texts.noFolderHint({}), cause })
  })
  // The pattern of its CLI: a number, an underscore, a name.
  const sql = names.filter((name) => /^\d+_.*\.sql$/.test(name)).toSorted()
  return Promise.all(
    sql.map(async (name) => {
      const text = await readFile(join(dir, name), 'utf8')
      const id = name.slice(0, -'.sql'.length)
      return { id, version: name.slice(0, name.indexOf('_')), fingerprint: sha256(text), sql: text }
    }),
  )
}

function versionsIn({ options }: Site, ctx: StepContext): Promise<readonly string[]> {
  return withSqlSession(options, ctx, async (session) => {
    const [found] = await session.query<{ there: boolean }>(
      `select to_regclass('supabase_migrations.schema_migrations') is not null as there`,
    )
    if (found?.there !== true) return []
    const rows = await session.query<{ version: string }>(
      'select version from supabase_migrations.schema_migrations order by version',
    )
    return rows.map(({ version }) => version)
  })
}

function folderOf({ dir, options }: Site): string {
  return join(dir, options.folder)
}
