import { BackupError, type StoredComponent, type Verified } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Text } from '../../../core/message.ts'
import type { PostgresOptions } from '../options.ts'
import type { Archive, ArchiveEntry } from '../restore/archive-toc.ts'
import { copyColumns } from '../restore/copy-columns.ts'
import { dumpIn, withArchive } from '../restore/stored-archive.ts'
import { copiedRow } from './copied-row.ts'
import { factsIn, globalsPart, type PostgresFacts } from './facts.ts'
import { type CopySession, withCopySession } from './session.ts'
import { dumpAnswers } from './verify-dump.ts'
import { verifyGlobals } from './verify-globals.ts'
import { beLightGuest, compareRows, type KeyedTable, keyedTables, type SampledTable } from './verify-living.ts'
import { type ReadRows, readAllRows } from './verify-rows.ts'
import { noLiving, notRead } from './verify-texts.ts'

/** Rows of a table, and tables: a look of a second or two at the living database. */
const rowsOfTable = 20
const mostTables = 20

/**
 * Reads a dump to its end: every table must be in it with the rows that were counted in its snapshot. Some rows, others each
 * time, are looked for in the living database. Throws `BackupError` for what is no dump of pg_dump.
 */
export async function verifyPostgres(
  options: PostgresOptions,
  ctx: StepContext,
  stored: StoredComponent,
  random: () => number = Math.random,
): Promise<Verified> {
  const facts = factsIn(stored)
  const notes: Text[] = []
  const keyed = await living(notes, ctx, () => lookedAt(options, ctx, keyedTables))
  const chosen = chosenTables(keyed ?? [], facts, random)
  const dump = await readDump(stored, chosen, ctx, random, notes)
  const globals = stored.parts.find(({ name }) => name === globalsPart.name)
  const roles = globals === undefined ? [] : await verifyGlobals(globals, facts, ctx.signal)
  if (dump === undefined) return { answers: roles, notes }
  const { archive, read, entries } = dump
  const sampled = entries.flatMap(([entry, table]) => sampledTable(entry, table, read))
  if (sampled.length > 0) {
    const compared = await living(notes, ctx, () => lookedAt(options, ctx, (session) => compareRows(session, sampled)))
    notes.push(...(compared ?? []))
  }
  return { answers: [...dumpAnswers(archive, read, facts), ...roles], notes }
}

function lookedAt<T>(
  options: PostgresOptions,
  ctx: StepContext,
  look: (session: CopySession) => Promise<T>,
): Promise<T> {
  return withCopySession(options, ctx, async (session) => {
    await beLightGuest(session)
    return look(session)
  })
}

/** That the living database cannot be asked is no fault of the backup. */
async function living<T>(notes: Text[], ctx: StepContext, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (ctx.signal.aborted || !(error instanceof VigieError)) throw error
    notes.push(noLiving({}), error.text)
    return undefined
  }
}

function chosenTables(
  keyed: readonly KeyedTable[],
  { tables }: PostgresFacts,
  random: () => number,
): readonly KeyedTable[] {
  const filled = new Set(
    tables.filter(({ rows }) => rows !== 0).map(({ schema, name }) => JSON.stringify([schema, name])),
  )
  return keyed
    .filter(({ schema, name }) => filled.has(JSON.stringify([schema, name])))
    .map((table) => ({ table, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, mostTables)
    .map(({ table }) => table)
}

interface ReadDump {
  readonly archive: Archive
  readonly read: ReadRows
  /** Those with samples, and the tables that they are of. */
  readonly entries: readonly (readonly [ArchiveEntry, KeyedTable])[]
}

/** Undefined when it is of a format that only pg_restore reads: then its bytes alone are checked. */
async function readDump(
  stored: StoredComponent,
  chosen: readonly KeyedTable[],
  ctx: StepContext,
  random: () => number,
  notes: Text[],
): Promise<ReadDump | undefined> {
  try {
    return await withArchive(dumpIn(stored), async (archive, reader) => {
      const data = archive.entries.filter(({ kind }) => kind === 'TABLE DATA')
      const entries = data.flatMap((entry) => {
        const table = chosen.find(({ schema, name }) => schema === entry.schema && name === entry.tag)
        return table === undefined ? [] : [[entry, table] as const]
      })
      const [known, sampled] = [idsOf(data), idsOf(entries.map(([entry]) => entry))]
      ctx.signal.throwIfAborted()
      const read = await readAllRows(reader, known, sampled, { size: rowsOfTable, random })
      return { archive, read, entries }
    })
  } catch (error) {
    if (!(error instanceof VigieError) || error instanceof BackupError) throw error
    if (error.text.params['why'] === 'no-archive') throw new BackupError('assertion', error.text)
    notes.push(notRead({}), error.text)
    return undefined
  }
}

function idsOf(entries: readonly ArchiveEntry[]): ReadonlySet<number> {
  return new Set(entries.map(({ id }) => id))
}

function sampledTable({ id, copy }: ArchiveEntry, table: KeyedTable, { samples }: ReadRows): readonly SampledTable[] {
  const columns = copyColumns(copy) ?? []
  const rows = (samples.get(id) ?? []).flatMap((line) => {
    const row = copiedRow(line)
    return row?.length === columns.length ? [row] : []
  })
  return rows.length === 0 ? [] : [{ ...table, columns, rows }]
}
