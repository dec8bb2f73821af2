import type { StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { Action } from '../../../core/task.ts'
import { type Acting, acting } from '../acting/acting.ts'
import { actsOnPrimary, actsOnPrimaryRemedy } from '../acting/acting-texts.ts'
import { factsIn } from '../backup/facts.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { type Belongings, belongingsOf } from './archive-belongings.ts'
import type { Archive, ArchiveEntry } from './archive-toc.ts'
import { copyColumns } from './copy-columns.ts'
import { rolesNamedIn } from './named-roles.ts'
import { refuseExtensions, refuseOlderServer, refuseRoles } from './refuse-target.ts'
import { freeName, keptSchema, stampOf } from './restore-names.ts'
import { archiveOf, dumpIn } from './stored-archive.ts'
import { type LivingTable, lookAtTable } from './table-look.ts'
import { restoreTables, tableRefused, tableRefusedRemedy, undoTables } from './table-texts.ts'
import { type StoredTable, tableName, wantedTables } from './wanted-tables.ts'

/** A table that stands, and how its rows are exchanged. A type: it is JSON. */
export type PlannedExchange = {
  readonly living: LivingTable
  readonly columns: readonly string[]
  /** Empty where rows cannot be told apart. */
  readonly key: readonly string[]
  readonly way: 'replace' | 'merge'
  /** The name of the table in the schema of what is kept. */
  readonly kept: string
}

export interface TablesPlan {
  /** Those that are gone. */
  readonly back: readonly StoredTable[]
  readonly belongings: Belongings
  readonly exchanges: readonly (PlannedExchange & { readonly table: StoredTable })[]
  /** Views that went with the tables. */
  readonly views: readonly ArchiveEntry[]
}

/** What restoring these tables into the living database would do: one action, for all of them are done in one transaction. */
export async function planTables(
  options: PostgresOptions,
  ctx: StepContext,
  stored: StoredComponent,
  names: readonly string[],
): Promise<readonly Action[]> {
  const archive = await archiveOf(dumpIn(stored))
  return acting(
    options,
    ctx,
    async (session) => {
      const plan = await lookForTables(session, archive, stored, names)
      const { back, exchanges, views } = plan
      const living = exchanges.map(({ table, way, kept, living: { referencing } }) => ({
        ...{ table: tableName(table.entry), way, by: referencing.join(', '), kept: `${keptSchema}.${kept}` },
      }))
      const backNames = back.map(({ entry }) => tableName(entry))
      return [
        {
          summary: restoreTables({
            ...{ backup: stored.backup, at: stored.at.toISOString(), back: backNames },
            ...{ views: views.map(tableName), changed: living },
          }),
          effect: exchanges.length > 0 ? ('destroy' as const) : ('change' as const),
          target: [...backNames, ...living.map(({ table }) => table)].join(', '),
          undo: undoTables({
            dropped: back.map(({ entry }) => quoted(entry.schema, entry.tag)),
            kept: living.map(({ kept }) => kept),
          }),
          expected: { do: 'tables', backup: stored.backup, ...expectedOf(plan, names) },
        },
      ]
    },
    { isUrgent: true },
  )
}

/** What must be found again before anything is done. */
export function expectedOf({ back, exchanges, views }: TablesPlan, names: readonly string[]): JsonObject {
  return {
    names: [...names],
    back: back.map(({ entry }) => tableName(entry)),
    views: views.map(tableName),
    exchanges: exchanges.map(({ table, ...rest }) => ({ table: tableName(table.entry), ...rest })),
  }
}

/** Looks at the database; what stands in the way is thrown. */
export async function lookForTables(
  session: Acting,
  archive: Archive,
  stored: StoredComponent,
  names: readonly string[],
): Promise<TablesPlan> {
  const facts = factsIn(stored)
  await refuseStandby(session)
  refuseOlderServer(session.serverVersion, facts)
  const tables = wantedTables(archive.entries, names, stored.backup)
  const back: StoredTable[] = []
  const exchanges: (PlannedExchange & { table: StoredTable })[] = []
  const stamp = stampOf(stored.at)
  const taken = await keptNames(session)
  for (const table of tables) {
    refuseEncoding(archive, table)
    const living = await lookAtTable(session, table.entry)
    if (living === undefined) back.push(table)
    else if (table.rows === undefined && living.kind === 'p') continue
    else {
      const kept = freeName(table.entry.tag, `_before_${stamp}`, taken)
      taken.add(kept)
      exchanges.push({ table, ...exchangeOf(table, living, await ownerOf(session, living)), kept })
    }
  }
  if (back.length + exchanges.length === 0) throw refuse(tables[0]?.entry, 'subject', '')
  if (exchanges.length > 0) await refuseWithoutCreate(session, exchanges[0]?.table.entry)
  const belongings = belongingsOf(
    archive.entries,
    back.map(({ entry }) => entry),
  )
  await refuseNeeds(session, belongings, back[0]?.entry)
  if (back.length > 0) {
    const made = [...belongings.foundations, ...belongings.own]
    await refuseRoles(session, [
      ...new Set([...made.map(({ owner }) => owner), ...rolesNamedIn(made, facts.roles)].filter((one) => one !== '')),
    ])
    const extensions = belongings.foundations.filter(({ kind }) => kind === 'EXTENSION').map(({ tag }) => tag)
    await refuseExtensions(session, extensions)
  }
  return { back, belongings, exchanges, views: await missingViews(session, belongings.views) }
}

function exchangeOf({ entry, rows }: StoredTable, living: LivingTable, owner: string): Omit<PlannedExchange, 'kept'> {
  if (living.kind !== 'r' || rows === undefined) throw refuse(entry, 'kind', living.kind)
  if (!living.isOurs) throw refuse(entry, 'not-ours', owner)
  if (living.rules.length > 0) throw refuse(entry, 'rules', living.rules.join(', '))
  const columns = copyColumns(rows.copy) ?? []
  const lost = columns.filter((name) => !living.columns.includes(name))
  if (lost.length > 0 || columns.length === 0) throw refuse(entry, 'columns', lost.join(', '))
  const hasKey = living.key.length > 0 && living.key.every((name) => columns.includes(name))
  const added = living.columns.filter((name) => !columns.includes(name))
  if (!hasKey && added.length > 0) throw refuse(entry, 'added', added.join(', '))
  const way = living.referencing.length > 0 ? 'merge' : 'replace'
  if (way === 'merge' && !hasKey) throw refuse(entry, 'no-key', living.referencing.join(', '))
  return { living, columns, key: hasKey ? living.key : [], way }
}

async function refuseStandby(session: Acting): Promise<void> {
  const { rows } = await session.query<{ is: boolean }>('select pg_is_in_recovery() as is')
  if (rows[0]?.is === true) throw new VigieError('action-refused', actsOnPrimary({}), { hint: actsOnPrimaryRemedy({}) })
}

/** What we send is UTF-8: names of another encoding would be others. */
function refuseEncoding({ encoding }: Archive, { entry, rows }: StoredTable): void {
  const isAscii = [entry.schema, entry.tag, rows?.copy ?? ''].every((text) => Buffer.byteLength(text) === text.length)
  if (encoding !== 'UTF8' && !isAscii) throw refuse(entry, 'names', encoding)
}

async function refuseWithoutCreate(session: Acting, entry: ArchiveEntry | undefined): Promise<void> {
  const { rows } = await session.query<{ may: boolean }>(
    `select case when to_regnamespace($1) is null then has_database_privilege(current_database(), 'CREATE')
                 else has_schema_privilege($1, 'CREATE') end as may`,
    [keptSchema],
  )
  if (rows[0]?.may !== true) throw refuse(entry, 'create', '')
}

async function refuseNeeds(session: Acting, { relations }: Belongings, entry: ArchiveEntry | undefined): Promise<void> {
  const missing = await missingOf(session, relations)
  if (missing.length > 0) throw refuse(entry, 'needs', missing.map(tableName).join(', '))
}

async function missingViews(session: Acting, entries: readonly ArchiveEntry[]): Promise<readonly ArchiveEntry[]> {
  return missingOf(
    session,
    entries.filter(({ kind }) => kind === 'VIEW' || kind === 'MATERIALIZED VIEW'),
  )
}

async function missingOf(session: Acting, entries: readonly ArchiveEntry[]): Promise<readonly ArchiveEntry[]> {
  const names = entries.map(({ schema, tag }) => quoted(schema, tag))
  const { rows } = await session.query<{ place: number }>(
    `select place::int as place from unnest($1::text[]) with ordinality n(name, place) where to_regclass(name) is null`,
    [names],
  )
  return rows.flatMap(({ place }) => entries[place - 1] ?? [])
}

async function keptNames(session: Acting): Promise<Set<string>> {
  const { rows } = await session.query<{ name: string }>(
    'select relname::text as name from pg_class where relnamespace = to_regnamespace($1)::oid',
    [keptSchema],
  )
  return new Set(rows.map(({ name }) => name))
}

async function ownerOf(session: Acting, { oid }: LivingTable): Promise<string> {
  const sql = 'select pg_get_userbyid(relowner)::text as name from pg_class where oid = $1::oid'
  return (await session.query<{ name: string }>(sql, [oid])).rows[0]?.name ?? ''
}

function refuse(
  entry: ArchiveEntry | undefined,
  why: Parameters<typeof tableRefused>[0]['why'],
  detail: string,
): VigieError {
  const table = entry === undefined ? '' : tableName(entry)
  return new VigieError('action-refused', tableRefused({ table, why, detail }), {
    hint: tableRefusedRemedy({ why, detail }),
  })
}
