import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { type Acting, acting } from '../acting/acting.ts'
import { awaitRoom, patientLockMs } from '../acting/room-to-act.ts'
import { readerIn } from '../connection/reader.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { whileTold } from './index-progress.ts'
import {
  type IndexSeen,
  indexSeen,
  type Partition,
  partitionsOf,
  type TableSeen,
  tableSeen,
} from './index-relations.ts'
import { type Making, statementOf } from './index-spec.ts'
import { indexRefused } from './index-task-texts.ts'

/** How long the clean-up after a failure may take: nobody waits for it any more. */
const cleanUpMs = 30_000
const pollMs = 100
/** NAMEDATALEN - 1 */
const longestName = 63

/** What is about to be built, as it was found. */
interface Site {
  readonly session: Acting
  readonly component: Component<PostgresOptions>
  readonly ctx: StepContext
}

/**
 * Builds an index without keeping anybody from writing, and gives its bytes. What an earlier attempt left invalid is
 * dropped first, and so is what this one leaves when it fails. Of a partitioned table each partition gets its own, then
 * they are put together; what is done of it stays, and the next time goes on from there.
 */
export async function buildIndex(
  component: Component<PostgresOptions>,
  making: Making,
  ctx: StepContext,
): Promise<number> {
  return await acting(
    component.options,
    ctx,
    async (session) => {
      const site = { session, component, ctx }
      await awaitRoom(session, component.options.limits, ctx)
      const table = await tableSeen(readerIn(session), making.schema, making.table)
      if (table === undefined) throw indexRefused('no-table', making.name, `${making.schema}.${making.table}`)
      if (making.tablespace !== '') await session.query(`set default_tablespace = ${quoted(making.tablespace)}`)
      if (table.kind === 'p') await buildTree(site, making, table)
      else await buildOne(site, making)
      const seen = await indexSeen(readerIn(session), making.schema, making.name)
      if (seen?.isValid !== true) throw indexRefused(table.kind === 'p' ? 'unfinished' : 'not-advised', making.name)
      return seen.bytes
    },
    { keepsSearchPath: true },
  )
}

/** One index on one table that holds rows. One of this name that is valid there is left as it is. */
async function buildOne({ session, component, ctx }: Site, making: Making): Promise<void> {
  const { options } = component
  const known = await indexSeen(readerIn(session), making.schema, making.name)
  if (known !== undefined) {
    if (known.isValid) return
    await dropLeftover(session, making, known, patientLockMs(options))
  }
  // The builder waits for transactions that began before it, and keeps nobody waiting meanwhile.
  await session.setLimits({ lockMs: patientLockMs(options) })
  try {
    await whileTold(component, making, session.pid, ctx, () => session.query(statementOf(making, 'concurrently')))
  } catch (error) {
    await cleanUp(options, making, session.pid, ctx)
    throw error
  } finally {
    if (!ctx.signal.aborted) await session.setLimits({ lockMs: options.actingLockTimeout }).catch(() => undefined)
  }
}

async function buildTree(site: Site, making: Making, table: TableSeen): Promise<void> {
  const { session, component, ctx } = site
  const read = readerIn(session)
  const partitions = await partitionsOf(read, table.oid)
  const names = new Map([[keyOf(making), making]])
  for (const one of partitions) {
    const name = partName(one.table, making.name)
    names.set(keyOf(one), { ...making, schema: one.schema, table: one.table, name })
  }
  const isParent = (one: Pick<Partition, 'schema' | 'table'>): boolean =>
    partitions.some(({ parentSchema, parentTable }) => parentSchema === one.schema && parentTable === one.table)
  const shell = async (part: Making): Promise<void> => {
    if ((await indexSeen(read, part.schema, part.name)) === undefined) await session.query(statementOf(part, 'only'))
  }
  await shell(making)
  for (const one of partitions) {
    const part = names.get(keyOf(one))
    const parent = names.get(JSON.stringify([one.parentSchema, one.parentTable]))
    if (part === undefined || parent === undefined) continue
    // A partition that came after the shell has a part of its own by itself, by another name.
    const above = await indexSeen(read, parent.schema, parent.name)
    if (above !== undefined && (await hasPart(read, above.oid, one))) continue
    await awaitRoom(session, component.options.limits, ctx)
    if (one.kind === 'p' || isParent(one)) await shell(part)
    else await buildOne(site, part)
    await session.query(
      `alter index ${quoted(parent.schema, parent.name)} attach partition ${quoted(part.schema, part.name)}`,
    )
  }
}

const partSql = `
  select 1 as one from pg_inherits h join pg_index i on i.indexrelid = h.inhrelid join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace where h.inhparent = $1::oid and n.nspname = $2 and t.relname = $3`

async function hasPart(
  read: ReturnType<typeof readerIn>,
  parent: number,
  { schema, table }: Partition,
): Promise<boolean> {
  return (await read<{ one: number }>(partSql, [parent, schema, table])).length > 0
}

/** Only what is surely the rest of a build on this very table. */
async function dropLeftover(session: Acting, making: Making, known: IndexSeen, lockMs: number): Promise<void> {
  if (known.table !== making.table || known.isNeeded || known.isPartitioned || known.parentOid !== null)
    throw indexRefused('other-there', making.name, known.table)
  if (known.isBuilding) throw indexRefused('building', making.name)
  await session.setLimits({ lockMs })
  await session.query(`drop index concurrently if exists ${quoted(making.schema, making.name)}`)
}

/**
 * Ends what the server may still do for a session that is gone, then drops what it left. When it does not work out, the
 * error of the build says that the next run does it.
 */
async function cleanUp(options: PostgresOptions, making: Making, pid: number, ctx: StepContext): Promise<void> {
  const own: StepContext = { ...ctx, signal: AbortSignal.timeout(cleanUpMs) }
  try {
    await acting(
      options,
      own,
      async (session) => {
        const isBuilding = async (): Promise<boolean> =>
          (await session.query('select 1 from pg_stat_progress_create_index where pid = $1', [pid])).count > 0
        if (await isBuilding()) {
          await session.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and application_name = 'vigie'`,
            [pid],
          )
        }
        while (await isBuilding()) await wait(pollMs, undefined, { signal: own.signal })
        const left = await indexSeen(readerIn(session), making.schema, making.name)
        if (left === undefined || left.isValid) return
        await dropLeftover(session, making, left, cleanUpMs)
      },
      // The lock of the session that is gone may still be held.
      { isUrgent: true },
    )
  } catch (error) {
    if (!(error instanceof VigieError) && !own.signal.aborted) throw error
    ctx.record({ what: `clean up ${making.schema}.${making.name}`, output: 'not done: the next run does it' })
  }
}

function keyOf({ schema, table }: { readonly schema: string; readonly table: string }): string {
  return JSON.stringify([schema, table])
}

/** The same for the same partition and index, whatever their lengths. */
export function partName(table: string, index: string): string {
  const whole = `${table}_${index}`
  if (Buffer.byteLength(whole) <= longestName) return whole
  const mark = `_${createHash('sha256').update(whole).digest('hex').slice(0, 10)}`
  let begin = whole
  while (Buffer.byteLength(begin) + mark.length > longestName) begin = [...begin].slice(0, -1).join('')
  return `${begin}${mark}`
}
