import { setTimeout as wait } from 'node:timers/promises'
import { BackupError, type StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { canonicalJson } from '../../../core/json.ts'
import type { Action, ActionOutcome } from '../../../core/task.ts'
import { type Acting, acting } from '../acting/acting.ts'
import { factsIn } from '../backup/facts.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { readRows } from './archive-rows.ts'
import { damaged } from './archive-toc.ts'
import { attempt, stateOf } from './attempt.ts'
import { type ForeignKey, finishTables, isLock, makeTables, tieTables } from './bring-back.ts'
import { expectedOf, lookForTables, type TablesPlan } from './plan-tables.ts'
import { type Exchange, type Exchanged, exchangeRows, lockForExchange } from './replace-rows.ts'
import { keptSchema } from './restore-names.ts'
import { archiveOf, dumpIn, withArchive } from './stored-archive.ts'
import { lookAtTable } from './table-look.ts'
import { rowsDiffer, rowsDifferRemedy, tableChanged, tablesRestored } from './table-texts.ts'
import { type StoredTable, tableName } from './wanted-tables.ts'

const betweenTriesMs = 500

/**
 * Restores tables into the living database. Rows of tables that stand are read into temporary ones, which are gone with the
 * session, and exchanged; tables that are gone are made anew. All that others can see changes in one transaction.
 */
export async function restoreTables(
  options: PostgresOptions,
  ctx: StepContext,
  stored: StoredComponent,
  { expected }: Action,
): Promise<ActionOutcome> {
  const names = Array.isArray(expected['names']) ? expected['names'].map(String) : []
  const part = dumpIn(stored)
  const archive = await archiveOf(part)
  return acting(options, ctx, async (session) => {
    const plan = await lookForTables(session, archive, stored, names)
    const found = canonicalJson({ do: 'tables', backup: stored.backup, ...expectedOf(plan, names) })
    if (found !== canonicalJson(expected))
      return { status: 'skipped', reason: tableChanged({ table: names.join(', ') }) }
    return restorePlanned({ session, options, ctx, stored, plan, encoding: archive.encoding })
  })
}

interface Work {
  readonly session: Acting
  readonly options: PostgresOptions
  readonly ctx: StepContext
  readonly stored: StoredComponent
  readonly plan: TablesPlan
  /** Of the dump, as the server names it. */
  readonly encoding: string
}

async function restorePlanned(work: Work): Promise<ActionOutcome> {
  const { session, ctx, plan } = work
  const exchanges = plan.exchanges.map(
    ({ table, living, columns, key, way, kept }, place): Exchange => ({
      ...{ schema: table.entry.schema, table: table.entry.tag, columns, key, way, kept },
      ...{
        isInPlace: living.isSelfReferencing || living.columns.some((name) => !columns.includes(name)),
        exact: living.exact,
        side: `vigie_side_${place}`,
      },
    }),
  )
  const besides = await readBeside(work, exchanges)
  const { back, ties, exchanged } = await session.transaction(async () => {
    // Each statement sees what was there when it began, whatever the role or the database say.
    await session.query('set transaction isolation level read committed, read write')
    // Where many rows of others stand in the dump before those that are wanted, the transaction rests.
    await session.query('set local row_security = off; set local idle_in_transaction_session_timeout = 0')
    const back = await bringBack(work)
    const [ties, exchanged] = await onceUnlocked(work, async () => {
      const exchanged = await exchangeAll(work, exchanges)
      return [await tieTables(session, plan.belongings), exchanged] as const
    })
    return { back, ties, exchanged }
  })
  const unchecked = await checkKeys(session, ties.unchecked)
  await keepStatistics(work)
  ctx.progress(1)
  return {
    status: 'done',
    changed: true,
    note: tablesRestored({
      ...{ rows: besides + back, written: sum(exchanged, 'written'), removed: sum(exchanged, 'removed') },
      ...{ unchecked: unchecked.map(({ schema, table, name }) => `${schema}.${table}.${name}`), refused: ties.refused },
    }),
  }
}

/** Reads the rows of tables that stand into temporary ones; gives how many. Nobody is held up: nothing is locked for long. */
async function readBeside(work: Work, exchanges: readonly Exchange[]): Promise<number> {
  const { session, plan } = work
  if (exchanges.length === 0) return 0
  for (const { schema, table, columns, side } of exchanges)
    await session.query(
      `create temporary table ${quoted(side)} as
       select ${columns.map((name) => quoted(name)).join(', ')} from only ${quoted(schema, table)} limit 0`,
    )
  const sides = new Map(plan.exchanges.map(({ table }, place) => [table.rows?.id, exchanges[place]]))
  let all = 0
  await readInto(work, [...plan.exchanges.map(({ table }) => table)], async (table, rows) => {
    const exchange = sides.get(table.rows?.id)
    if (exchange === undefined) throw damaged()
    const columns = exchange.columns.map((name) => quoted(name)).join(', ')
    const count = await session.copyIn(`copy pg_temp.${quoted(exchange.side)} (${columns}) from stdin`, rows)
    all += count
    return count
  })
  for (const { side } of exchanges) await session.query(`analyze pg_temp.${quoted(side)}`)
  return all
}

/** Makes the tables that are gone, with their rows; gives how many. In the transaction: nobody sees them yet. */
async function bringBack(work: Work): Promise<number> {
  const { session, plan } = work
  if (plan.back.length === 0) return 0
  await makeTables(session, plan.belongings)
  let all = 0
  await readInto(work, plan.back, async ({ rows: entry }, rows) => {
    const count = await session.copyIn(entry?.copy ?? '', rows)
    all += count
    return count
  })
  await finishTables(session, plan.belongings)
  return all
}

/** Goes once through the dump. Throws when a table did not have as many rows in it as were counted when it was made. */
async function readInto(
  { session, stored, encoding }: Work,
  tables: readonly StoredTable[],
  take: (table: StoredTable, rows: AsyncIterable<Uint8Array>) => Promise<number>,
): Promise<void> {
  const { tables: known } = factsIn(stored)
  const byRows = new Map(tables.flatMap((table) => (table.rows === undefined ? [] : [[table.rows.id, table]])))
  if (byRows.size === 0) return
  await withArchive(dumpIn(stored), async (_, reader) => {
    // What we write ourselves is UTF-8; the rows are as the dump has them.
    const inItsEncoding = async (work: () => Promise<number>): Promise<number> => {
      if (encoding === 'UTF8') return work()
      await session.query(`set client_encoding = ${quoted(encoding)}`)
      const count = await work()
      await session.query("set client_encoding = 'UTF8'")
      return count
    }
    await readRows(reader, new Set(byRows.keys()), async (id, rows) => {
      const table = byRows.get(id)
      if (table === undefined) throw damaged()
      const { schema, tag } = table.entry
      const actual = await inItsEncoding(() => take(table, rows))
      const expected = known.find((one) => one.schema === schema && one.name === tag)?.rows ?? actual
      if (actual !== expected)
        throw new BackupError('assertion', rowsDiffer({ table: tableName(table.entry), expected, actual }), {
          hint: rowsDifferRemedy({}),
        })
    })
  })
}

/** Does what needs locks that others may hold; tries again, from where it began, until the patience of the limits is over. */
async function onceUnlocked<T>({ session, options, ctx }: Work, work: () => Promise<T>): Promise<T> {
  const until = ctx.clock.monotonicMs() + options.limits.patience
  for (;;) {
    const result: { value?: T } = {}
    const done = await attempt(session, async () => {
      result.value = await work()
    })
    if (done.ok && 'value' in result) return result.value
    if (done.ok) throw damaged()
    if (!isLock(done.code) || ctx.clock.monotonicMs() > until) throw done.error
    await wait(betweenTriesMs, undefined, { signal: ctx.signal })
  }
}

async function exchangeAll({ session, ctx, stored, plan }: Work, exchanges: readonly Exchange[]): Promise<Exchanged[]> {
  if (exchanges.length === 0) return []
  await lockForExchange(session, exchanges)
  for (const { table, living } of plan.exchanges)
    if (canonicalJson(await lookAtTable(session, table.entry)) !== canonicalJson(living))
      throw new VigieError('plan-changed', tableChanged({ table: tableName(table.entry) }))
  await session.query(`create schema if not exists ${quoted(keptSchema)}`)
  const remark = `the rows before backup ${stored.backup} was restored into it (run ${ctx.runId})`
  const done: Exchanged[] = []
  for (const one of await parentsFirst(
    session,
    exchanges,
    plan.exchanges.map(({ living }) => living.oid),
  ))
    done.push(await exchangeRows(session, one, remark))
  return done
}

/** Rows that others refer to come before those others. */
async function parentsFirst(
  session: Acting,
  exchanges: readonly Exchange[],
  oids: readonly string[],
): Promise<readonly Exchange[]> {
  const { rows } = await session.query<{ child: string; parent: string }>(
    `select conrelid::text as child, confrelid::text as parent from pg_constraint
     where contype = 'f' and conrelid <> confrelid and conrelid = any($1::oid[]) and confrelid = any($1::oid[])`,
    [oids],
  )
  const left = new Map(oids.map((oid, place) => [oid, exchanges[place]]))
  const ordered: Exchange[] = []
  while (left.size > 0) {
    const isFree = (oid: string): boolean => !rows.some(({ child, parent }) => child === oid && left.has(parent))
    // In a circle of tables none is free: the database tells whether its keys let that pass.
    const next = [...left.keys()].find(isFree) ?? [...left.keys()][0] ?? ''
    const one = left.get(next)
    left.delete(next)
    if (one !== undefined) ordered.push(one)
  }
  return ordered
}

/** Looks at the rows that were there, beside all that goes on; gives the keys that do not hold. */
async function checkKeys(session: Acting, keys: readonly ForeignKey[]): Promise<readonly ForeignKey[]> {
  const broken: ForeignKey[] = []
  for (const key of keys)
    try {
      await session.query(`alter table ${quoted(key.schema, key.table)} validate constraint ${quoted(key.name)}`)
    } catch (error) {
      // What came back stays: a key that could not be checked holds for new rows all the same.
      if (!(error instanceof VigieError) || stateOf(error) === '') throw error
      broken.push(key)
    }
  return broken
}

async function keepStatistics({ session, plan }: Work): Promise<void> {
  for (const { entry } of [...plan.back, ...plan.exchanges.map(({ table }) => table)])
    await session.query(`analyze ${quoted(entry.schema, entry.tag)}`)
}

function sum(all: readonly Exchanged[], what: keyof Exchanged): number {
  return all.reduce((total, one) => total + one[what], 0)
}
