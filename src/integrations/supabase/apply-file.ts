import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import type { MigrationSite } from '../../core/migrations.ts'
import { type SqlSession, withSqlSession } from '../../platform/sql-session.ts'
import { statementsIn } from '../../platform/statements-in.ts'
import type { SupabaseFile, SupabaseOptions } from './options.ts'
import * as texts from './texts.ts'

const table = 'supabase_migrations.schema_migrations'

/**
 * What `supabase db push` does with one file: its statements and its row, in one transaction. Each file has a session of its
 * own, so that what it sets ends with it; all that it relies on stands in the transaction, so that a pooler changes nothing.
 * Throws `action-refused` with the file's name, and nothing is kept; `locked` while another one applies.
 */
export async function applyFile(
  file: SupabaseFile,
  site: MigrationSite<SupabaseOptions>,
  ctx: StepContext,
): Promise<void> {
  const statements = await statementsOf(file)
  await withSqlSession(site.options, ctx, async (session) => {
    await session.query('begin')
    try {
      await session.query(`select set_config('lock_timeout', $1, true)`, [String(Math.round(site.options.lockTimeout))])
      await oneAtATime(session)
      await makeTable(session)
      const there = await session.query(`select 1 from ${table} where version = $1`, [file.version])
      if (there.length === 0) {
        for (const statement of statements) await session.query(statement)
        const row = [file.version, file.id.slice(file.version.length + 1), statements]
        await session.query(`insert into ${table} (version, name, statements) values ($1, $2, $3::text[])`, row)
      }
      await session.query('commit')
    } catch (error) {
      // A connection that is gone took the transaction with it.
      await session.query('rollback').catch(() => undefined)
      throw named(error, file.id)
    }
  })
}

async function statementsOf({ id, sql }: SupabaseFile): Promise<readonly string[]> {
  const found = await statementsIn(sql)
  if (!found.ok) throw new VigieError('action-refused', texts.notParsed({ id, detail: found.detail }))
  if (found.statements.some(({ isTransaction }) => isTransaction))
    throw new VigieError('action-refused', texts.ownTransaction({ id }), { hint: texts.ownTransactionHint({}) })
  return found.statements.map((one) => one.sql)
}

async function oneAtATime(session: SqlSession): Promise<void> {
  const [taken] = await session.query<{ ours: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('supabase_migrations', 0)) as ours`,
  )
  if (taken?.ours !== true) throw new VigieError('locked', texts.busy({}))
}

/** As its CLI makes it; older ones made it without the last two columns. Where it is whole no right to make it is needed. */
async function makeTable(session: SqlSession): Promise<void> {
  const rows = await session.query<{ name: string }>(
    `select attname::text as name from pg_attribute
     where attrelid = to_regclass('${table}') and attnum > 0 and not attisdropped`,
  )
  const columns = new Set(rows.map(({ name }) => name))
  if (columns.size === 0)
    await session.query(
      `create schema if not exists supabase_migrations;
       create table ${table} (version text not null primary key, statements text[], name text)`,
    )
  else if (!columns.has('statements') || !columns.has('name'))
    await session.query(
      `alter table ${table} add column if not exists statements text[], add column if not exists name text`,
    )
}

function named(error: unknown, id: string): unknown {
  if (!(error instanceof VigieError) || error.code !== 'action-refused') return error
  const said = error.text.params['detail']
  const detail = `${id}: ${typeof said === 'string' ? said : error.text.code}`
  return new VigieError(error.code, texts.fileFailed({ detail }), { hint: texts.fileFailedHint({}), cause: error })
}
