import type { StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { canonicalJson } from '../../../core/json.ts'
import type { Action, ActionOutcome } from '../../../core/task.ts'
import { type Acting, acting } from '../acting/acting.ts'
import { isRefusedFor } from '../acting/acting-refusals.ts'
import { factsIn, type PostgresFacts } from '../backup/facts.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import type { Archive } from './archive-toc.ts'
import { type Counted, compareCounts } from './compare-counts.ts'
import { dropLeftover, type Leftover, lookAtDatabase, lookAtServer } from './database-look.ts'
import { takeOver } from './database-settings.ts'
import { databaseRestored, leftoverGone, planIsOld } from './database-texts.ts'
import { elsewhere, optionsFor, ownDatabase } from './elsewhere.ts'
import { literal } from './literal.ts'
import { type DatabasePlan, type Ready, refuseDatabaseRestore } from './plan-database.ts'
import { markOf, sideName } from './restore-names.ts'
import { runRestore } from './run-restore.ts'
import { dumpIn } from './stored-archive.ts'
import { swapDatabases } from './swap-databases.ts'

/** How long the removal of what was made may take when the step itself is over. */
const cleanUpLimitMs = 60_000

/** Restores beside under a name of its own, compares, and only then gives it the name that was planned. */
export async function restoreDatabase(
  options: PostgresOptions,
  ctx: StepContext,
  stored: StoredComponent,
  action: Action,
): Promise<ActionOutcome> {
  const database = await ownDatabase(options, ctx)
  const plan = planIn(action)
  const facts = factsIn(stored)
  const side = sideName()
  const made = await elsewhere(options, ctx, [database], async (session) => {
    const server = await lookAtServer(session)
    const living = await lookAtDatabase(session, database)
    const isFree = !server.databases.has(plan.over === null ? plan.name : plan.over.kept)
    if (!isFree || (plan.over !== null && living?.oid !== plan.over.oid)) return undefined
    const ready = await refuseDatabaseRestore(session, options, ctx, stored, server, plan, living)
    const owner = living?.owner ?? facts.owner
    const tablespace = plan.over === null ? undefined : living?.tablespace
    await session.query(createSql(side, facts, session.serverVersion, tablespace))
    const mark = markOf(stored.backup, ctx.runId)
    await session.query(`comment on database ${quoted(side)} is ${literal(mark)}`)
    return {
      ...{ owner: await usableRole(session, owner), comment: living?.comment ?? null, isLiving: living !== undefined },
      ...{ ...ready, args: await tablespaceArgs(session, ready.archive) },
    }
  })
  if (made === undefined) return { status: 'skipped', reason: planIsOld({ database: plan.name }) }
  const from = made.isLiving ? database : side
  try {
    // Tried before the long work, and undone: what the settings say would hold for pg_restore too.
    const isWhole = await elsewhere(options, ctx, [database, side], (session) =>
      mayTakeOver(session, { from, side, owner: made.owner }, plan),
    )
    const counted = await fill(options, ctx, stored, { ...made, side, name: plan.name })
    await elsewhere(options, ctx, [database, side], async (session) => {
      const { over, name } = plan
      if (isWhole) await takeOver(session, from, side, made.owner)
      if (over !== null) {
        await swapDatabases(options, ctx, session, { database, side, ...over, comment: made.comment })
        return
      }
      const remark = `restored by Vigie from backup ${stored.backup}`
      await session.transaction(async () => {
        await session.query(`alter database ${quoted(side)} rename to ${quoted(name)}`)
        await session.query(`comment on database ${quoted(name)} is ${literal(remark)}`)
        // The statements bear the name that it had.
        if (!made.isLiving && name === facts.database) await makeSettings(session, made.archive)
      })
    })
    ctx.progress(1)
    const note = databaseRestored({ name: plan.name, ...counted, isWhole })
    return { status: 'done', changed: true, note }
  } catch (error) {
    await dropSide(options, ctx, side)
    throw error
  }
}

/** Removes what a restore that was killed left behind. */
export async function removeLeftover(
  options: PostgresOptions,
  ctx: StepContext,
  { expected }: Action,
): Promise<ActionOutcome> {
  const { database, oid, mark } = expected
  const leftover: Leftover = {
    ...{ database: String(database), oid: String(oid) },
    mark: typeof mark === 'string' ? mark : null,
  }
  const isDropped = await elsewhere(options, ctx, [leftover.database], (session) => dropLeftover(session, leftover))
  if (isDropped) return { status: 'done', changed: true }
  return { status: 'skipped', reason: leftoverGone({ database: leftover.database }) }
}

/** The session in it says for as long as it lasts that it is in use. */
async function fill(
  options: PostgresOptions,
  ctx: StepContext,
  stored: StoredComponent,
  {
    client,
    archive,
    side,
    name,
    args,
  }: Ready & { readonly side: string; readonly name: string; readonly args: readonly string[] },
): Promise<Counted> {
  const facts = factsIn(stored)
  return acting(await optionsFor(options, ctx, side), ctx, async (session) => {
    const run = { part: dumpIn(stored), archive, database: side, session, args }
    const loaded = await runRestore(options, ctx, client, run)
    const counted = await compareCounts(session, facts, name, loaded)
    // Without statistics the first questions of an application would take for ever.
    await session.query('analyze')
    return counted
  })
}

/** In the cleanest way that is left: whatever stopped us may have stopped the step too. */
async function dropSide(options: PostgresOptions, ctx: StepContext, side: string): Promise<void> {
  const own = { ...ctx, signal: AbortSignal.timeout(cleanUpLimitMs) }
  try {
    await elsewhere(
      options,
      own,
      [side],
      (session) => session.query(`drop database if exists ${quoted(side)} with (force)`),
      {
        isUrgent: true,
      },
    )
  } catch (error) {
    // It bears our mark: the next plan names and removes it.
    const output = error instanceof VigieError ? error.message : String(error)
    ctx.record({ what: `drop database ${side}`, output })
  }
}

function createSql(name: string, facts: PostgresFacts, serverVersion: number, tablespace: string | undefined): string {
  const { provider, collate, ctype, locale } = facts.collation
  return [
    `create database ${quoted(name)} template template0 encoding ${literal(facts.encoding)}`,
    serverVersion >= 150_000 && `locale_provider ${provider}`,
    `lc_collate ${literal(collate)} lc_ctype ${literal(ctype)}`,
    locale !== null && provider !== 'libc' && `${provider}_locale ${literal(locale)}`,
    // Whoever names it needs a right that nobody needs for the one that is usual.
    tablespace !== undefined && tablespace !== 'pg_default' && `tablespace ${quoted(tablespace)}`,
  ]
    .filter((one) => one !== false)
    .join(' ')
}

const undo = new Error('it was only tried')

/** Whether the role may give the copy all that stands on the living one. Over that one it must: then it is thrown. */
async function mayTakeOver(
  session: Acting,
  { from, side, owner }: { readonly from: string; readonly side: string; readonly owner: string },
  { over }: DatabasePlan,
): Promise<boolean> {
  try {
    await session.transaction(async () => {
      await takeOver(session, from, side, owner)
      throw undo
    })
  } catch (error) {
    if (error !== undo && (over !== null || !isRefusedFor(error, 'denied'))) throw error
    return error === undo
  }
  return true
}

/** The role when it is there and ours may act as it, else ours. */
async function usableRole(session: Acting, wanted: string): Promise<string> {
  const { rows } = await session.query<{ role: string }>(
    `select coalesce((select rolname::text from pg_roles where rolname = $1 and pg_has_role(oid, 'MEMBER')), current_user::text) as role`,
    [wanted],
  )
  return rows[0]?.role ?? wanted
}

/** Settings and grants of the database as the dump has them. */
async function makeSettings(session: Acting, { entries }: Archive): Promise<void> {
  for (const { kind, tag, make } of entries)
    if (kind === 'DATABASE PROPERTIES' || (kind === 'ACL' && tag.startsWith('DATABASE '))) await session.query(make)
}

/** Where a tablespace of the dump is missing, all stands in that of the database. */
async function tablespaceArgs(session: Acting, { entries }: Archive): Promise<readonly string[]> {
  const names = [...new Set(entries.map(({ tablespace }) => tablespace).filter((one) => one !== ''))]
  const { rows } = await session.query(
    `select 1 from unnest($1::text[]) n(name) where not exists (select 1 from pg_tablespace where spcname = name)`,
    [names],
  )
  return rows.length > 0 ? ['--no-tablespaces'] : []
}

function planIn({ expected }: Action): DatabasePlan {
  const { plan } = expected
  if (!isPlan(plan)) throw new Error(`no plan of a restore: ${canonicalJson(expected)}`)
  return plan
}

function isPlan(value: unknown): value is DatabasePlan {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('over' in value)) return false
  const { name, over } = value
  if (typeof name !== 'string') return false
  return over === null || (typeof over === 'object' && 'oid' in over && 'kept' in over)
}
