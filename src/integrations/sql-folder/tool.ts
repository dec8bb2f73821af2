import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import type { Migration, MigrationList, MigrationSite, MigrationTool } from '../../core/migrations.ts'
import { type SqlSession, withSqlSession } from '../../platform/sql-session.ts'
import { statementsIn } from '../../platform/statements-in.ts'
import { readFolder, type SqlFile, type SqlFolder } from './folder.ts'
import type { SqlFolderOptions } from './options.ts'
import * as texts from './texts.ts'

type Site = MigrationSite<SqlFolderOptions>

/** `state`: `running` of one that began without a transaction and did not come to its end. */
type Applied = { readonly id: string; readonly checksum: string; readonly at: string; readonly state: string }

const makeTable = `
  create table if not exists vigie_migrations (
    id text primary key, checksum text not null, applied_at timestamptz not null default now(),
    state text not null default 'applied')`

export const sqlFolderTool: MigrationTool<SqlFolderOptions> = {
  canStopAt: true,
  canAuto: false,
  list: async (site, ctx) => {
    const folder = await readFolder(folderOf(site))
    return listOf(folder, await withSqlSession(site.options, ctx, appliedIn))
  },
  pendingSql: async (site, id) => {
    const { sql, isWithoutTransaction } = await fileOf(site, id)
    return { ok: true, sql, isInTransaction: !isWithoutTransaction }
  },
  apply: async (site, id, ctx) => {
    const { files } = await readFolder(folderOf(site))
    await inTurn(site, ctx, async (session) => {
      await session.query(makeTable)
      const known = new Set((await appliedIn(session)).map((one) => one.id))
      const upTo = files.slice(0, files.findIndex((one) => one.id === id) + 1)
      for (const file of upTo.filter((one) => !known.has(one.id))) await applyFile(file, session)
    })
  },
  revert: async (site, id, ctx) => {
    const sql = await readFile(join(folderOf(site), `${id}.down.sql`), 'utf8').catch((cause: unknown) => {
      throw new VigieError('action-refused', texts.noDown({ id }), { hint: texts.noDownHint({}), cause })
    })
    await withoutOwnTransaction(`${id}.down`, sql)
    await inTurn(site, ctx, (session) =>
      inTransaction(session, async () => {
        await session.query(sql)
        await session.query('delete from vigie_migrations where id = $1', [id])
      }),
    )
  },
  create: async (site, { name }, ctx) => {
    const { files } = await readFolder(folderOf(site))
    const last = files.at(-1)
    const width = /^\d+/.exec(last?.id ?? '0000')?.[0].length ?? 4
    const number = String((last?.number ?? 0n) + 1n).padStart(width, '0')
    const slug = name.toLowerCase().replaceAll(/[ -]+/g, '_')
    const path = join(folderOf(site), `${number}_${slug}.sql`)
    await writeFile(path, `-- ${name}\n`, { flag: 'wx' })
    ctx.record({ what: `write ${path}` })
    return [relative(site.dir, path)]
  },
}

/** Compares the folder with what the database keeps. */
export function listOf({ files, leftOut }: SqlFolder, applied: readonly Applied[]): MigrationList {
  const known = new Map(applied.map((one) => [one.id, one]))
  const lastApplied = files.findLastIndex(({ id }) => known.has(id))
  const migrations = files.map(({ id, checksum }, index): Migration => {
    const row = known.get(id)
    const one = { id, name: '', fingerprint: checksum }
    if (row === undefined) return { ...one, state: 'pending', ...(index < lastApplied && { detail: texts.late({}) }) }
    const at = { ...one, appliedAt: row.at }
    if (row.state !== 'applied') return { ...at, state: 'failed', detail: texts.begun({}) }
    return row.checksum === checksum
      ? { ...at, state: 'applied' }
      : { ...at, state: 'drifted', detail: texts.changed({}) }
  })
  const inFolder = new Set(files.map(({ id }) => id))
  const lost = applied
    .filter(({ id }) => !inFolder.has(id))
    .map(({ id, at }): Migration => ({ id, name: '', state: 'unknown', appliedAt: at, detail: texts.notInFolder({}) }))
  // Two of one number have no order.
  const twins = files.filter(({ number }, index) => files.some((other, at) => at !== index && other.number === number))
  const last = files.at(-1)
  const heads = twins.length > 0 ? twins.map(({ id }) => id) : last === undefined ? [] : [last.id]
  const notes = leftOut.length > 0 ? [texts.notNumbered({ names: leftOut.join(', ') })] : []
  return { migrations: [...migrations, ...lost], heads, notes }
}

async function appliedIn(session: SqlSession): Promise<readonly Applied[]> {
  const [found] = await session.query<{ there: boolean }>(`select to_regclass('vigie_migrations') is not null as there`)
  if (found?.there !== true) return []
  return session.query<Applied>(
    `select id, checksum, state, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
     from vigie_migrations order by applied_at, id`,
  )
}

async function applyFile({ id, sql, checksum, isWithoutTransaction }: SqlFile, session: SqlSession): Promise<void> {
  if (!isWithoutTransaction) {
    await withoutOwnTransaction(id, sql)
    return inTransaction(session, async () => {
      await session.query(sql)
      await session.query('insert into vigie_migrations (id, checksum) values ($1, $2)', [id, checksum])
    })
  }
  const statements = await parsed(id, sql)
  await session.query(`insert into vigie_migrations (id, checksum, state) values ($1, $2, 'running')`, [id, checksum])
  for (const statement of statements) await session.query(statement.sql)
  await session.query(`update vigie_migrations set state = 'applied', applied_at = now() where id = $1`, [id])
}

async function inTransaction(session: SqlSession, work: () => Promise<void>): Promise<void> {
  await session.query('begin')
  try {
    await work()
    await session.query('commit')
  } catch (error) {
    // A connection that is gone took the transaction with it.
    await session.query('rollback').catch(() => undefined)
    throw error
  }
}

/** Two never apply to one database at once. */
function inTurn<T>(site: Site, ctx: StepContext, work: (session: SqlSession) => Promise<T>): Promise<T> {
  return withSqlSession(site.options, ctx, async (session) => {
    const [taken] = await session.query<{ ours: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('vigie_migrations', 0)) as ours`,
    )
    if (taken?.ours !== true) throw new VigieError('locked', texts.busy({}))
    return work(session)
  })
}

async function withoutOwnTransaction(id: string, sql: string): Promise<void> {
  if ((await parsed(id, sql)).some(({ isTransaction }) => isTransaction))
    throw new VigieError('action-refused', texts.ownTransaction({ id }), { hint: texts.ownTransactionHint({}) })
}

async function parsed(
  id: string,
  sql: string,
): Promise<Extract<Awaited<ReturnType<typeof statementsIn>>, { ok: true }>['statements']> {
  const found = await statementsIn(sql)
  if (found.ok) return found.statements
  throw new VigieError('action-refused', texts.notParsed({ id, detail: found.detail }))
}

async function fileOf(site: Site, id: string): Promise<SqlFile> {
  const found = (await readFolder(folderOf(site))).files.find((one) => one.id === id)
  if (found === undefined) throw new VigieError('usage', texts.noFolder({ dir: id }))
  return found
}

function folderOf({ dir, options }: Site): string {
  return join(dir, options.folder)
}
