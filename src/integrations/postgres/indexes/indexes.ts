import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { sharedAnswer } from '../connection/shared-answer.ts'
import { systemSchemas } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { indexSizes, indexSizesNow } from './index-sizes.ts'
import { nodesOf } from './node-list.ts'
import { statisticsSince } from './statistics-age.ts'

/** Transactions and times that tell how old an index is. */
export type Birth = {
  /** The 32-bit ids of the transactions that wrote its rows in pg_class and pg_index, and that of its database. */
  readonly rowXids: readonly [number, number, number]
  /** Since these were committed, as `rowXids` combines them; null where the server keeps no times of commits. */
  readonly committedAgeMs: number | null
}

/**
 * An index of the application's tables as the catalog has it. Keys are comparable texts, not for people. One of a
 * partitioned table has the bytes and scans of all its parts.
 */
export type Index = Birth & {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly bytes: number
  readonly scans: number
  /** What it keeps out: '' nothing, else in which way, as two that do not keep out the same are not equal. */
  readonly uniqueness: string
  readonly isValid: boolean
  /** Being built right now by a session. */
  readonly isBuilding: boolean
  /** Backs a constraint, is a replica identity, or is a part of a partitioned index: it cannot go by itself. */
  readonly isNeeded: boolean
  readonly method: string
  /** One text for each key column: column or expression, operator class with its options, collation, order. */
  readonly columns: readonly string[]
  readonly included: string
  readonly predicate: string
  /** Since when scans are counted: the last reset, the last crash, or the server's first start; null when unknown. */
  readonly statisticsAgeMs: number | null
  /** It stands for its parts on the partitions; they are indexes of their own in the list, and needed. */
  readonly isPartitioned: boolean
  /** Of a partitioned one that is no part itself: those that hold something. */
  readonly parts: readonly Birth[]
}

// to_jsonb: a column that this version does not have is null, where its name would be an error.
const sql = `
  with recursive trees as (
    select c.oid as root, c.oid as member from pg_class c
    where c.relkind = 'I' and not exists (select 1 from pg_inherits h where h.inhrelid = c.oid)
    union all select trees.root, h.inhrelid from trees join pg_inherits h on h.inhparent = trees.member
  )
  select c.oid, trees.root,
         c.relkind = 'I' as "isPartitioned",
         n.nspname as schema, t.relname as table, c.relname as name,
         pg_stat_get_numscans(c.oid)::float8 as scans,
         case when not i.indisunique then '' else concat_ws(' ', 'unique',
           case when not i.indimmediate then 'deferrable' end,
           case when (to_jsonb(i) ->> 'indnullsnotdistinct')::bool then 'nulls not distinct' end) end as uniqueness,
         i.indisvalid and i.indisready as "isValid",
         c.oid in (select index_relid from pg_stat_progress_create_index where index_relid is not null)
           or i.indrelid in (
             select l.relation from pg_stat_progress_create_index p join pg_locks l on l.pid = p.pid
             where l.relation is not null and l.mode = 'ShareUpdateExclusiveLock' and l.granted) as "isBuilding",
         i.indisprimary or i.indisexclusion or i.indisreplident
           or exists (select 1 from pg_constraint k where k.conindid = c.oid)
           or exists (select 1 from pg_inherits h where h.inhrelid = c.oid) as "isNeeded",
         m.amname as method,
         i.indnkeyatts::int as "keyCount", i.indkey::text as keys, i.indclass::text as classes,
         i.indcollation::text as collations, i.indoption::text as orders,
         array(select coalesce(array_to_string(a.attoptions, ','), '') from pg_attribute a
               where a.attrelid = c.oid order by a.attnum) as settings,
         coalesce(${tree('i.indexprs')}, '') as expressions, coalesce(${tree('i.indpred')}, '') as predicate,
         (extract(epoch from now() - ${statisticsSince}) * 1000)::float8 as "statisticsAgeMs",
         array[c.xmin, i.xmin, d.xmin]::text[]::float8[] as "rowXids",
         case when current_setting('track_commit_timestamp')::bool and not pg_is_in_recovery() then
           (extract(epoch from clock_timestamp() - greatest(
             least(pg_xact_commit_timestamp(c.xmin), pg_xact_commit_timestamp(i.xmin)), pg_xact_commit_timestamp(d.xmin)
           )) * 1000)::float8 end as "committedAgeMs"
  from pg_index i
  join pg_database d on d.datname = current_database()
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace
  join pg_am m on m.oid = c.relam
  left join trees on trees.member = c.oid
  where n.nspname not in ${systemSchemas} and n.nspname not like 'pg\\_temp\\_%' and n.nspname not like 'pg\\_toast%'
    and c.relkind in ('i', 'I')
  order by n.nspname, t.relname, c.relname`

/** An expression as it is stored, without its place in the statement that made it. To print it would be to lock its table. */
function tree(column: string): string {
  return `regexp_replace(${column}::text, ' :(location|stmt_location|stmt_len) -?[0-9]+', '', 'g')`
}

type Row = Omit<Index, 'columns' | 'included' | 'parts' | 'bytes'> & {
  readonly oid: number
  /** The partitioned index at the top of the tree that it belongs to. */
  readonly root: number | null
  readonly keyCount: number
  readonly keys: string
  readonly classes: string
  readonly collations: string
  readonly orders: string
  readonly settings: readonly string[]
  readonly expressions: string
}

/** Every index of the application's tables; asked once for all who ask within seconds. */
export async function indexes(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Index>> {
  return sharedAnswer('list of indexes', () => withSizes(component, indexSizes, ctx), ctx)
}

/** The same, asked anew: what is about to act must not rely on what was seen before. */
export async function indexesNow(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Index>> {
  return withSizes(component, indexSizesNow, ctx)
}

async function withSizes(
  component: Component<PostgresOptions>,
  sizesOf: typeof indexSizesNow,
  ctx: StepContext,
): Promise<Answer<Index>> {
  const answer = await ask<Row>(component, { sql }, ctx)
  if (!answer.ok) return answer
  const sizes = await sizesOf(component, ctx)
  if (!sizes.ok) return sizes
  const bytesOf = new Map(sizes.rows.map(({ oid, bytes }) => [oid, bytes]))
  const sized = answer.rows.map((row): Sized => ({ ...row, bytes: bytesOf.get(row.oid) ?? 0 }))
  const leaves = Map.groupBy(
    sized.filter(({ isPartitioned }) => !isPartitioned),
    ({ root }) => root,
  )
  return { ...answer, rows: sized.map((row) => toIndex(row, row.isPartitioned ? (leaves.get(row.oid) ?? []) : [])) }
}

type Sized = Row & { readonly bytes: number }

function toIndex(row: Sized, parts: readonly Sized[]): Index {
  const { oid: _, root: __, keyCount, keys, classes, collations, orders, settings, expressions, ...index } = row
  const [attributes, ...more] = [keys, classes, collations, orders].map((vector) => vector.split(' '))
  const nodes = [...nodesOf(expressions)]
  // Attribute 0 stands for the next expression.
  const named = (attributes ?? []).map((attribute) => (attribute === '0' ? (nodes.shift() ?? '?') : attribute))
  return {
    ...index,
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, index.bytes),
    scans: parts.reduce((sum, { scans }) => sum + scans, index.scans),
    parts: parts.map(({ rowXids, committedAgeMs }) => ({ rowXids, committedAgeMs })),
    columns: named
      .slice(0, keyCount)
      .map((name, k) => JSON.stringify([name, ...more.map((vector) => vector[k]), settings[k]])),
    included: named.slice(keyCount).join(','),
  }
}

export interface Redundant {
  readonly index: Index
  /** The index that does its work as well. */
  readonly keeps: Index
}

/** Indexes that another one equals in all that matters. Of equals the one that a constraint needs stays, else the more used. */
export function duplicates(all: readonly Index[]): readonly Redundant[] {
  const valid = all.filter(({ isValid }) => isValid)
  return [...Map.groupBy(valid, sameKey).values()].flatMap((group) => {
    const [keeps, ...others] = group.toSorted(
      (a, b) =>
        Number(b.isNeeded) - Number(a.isNeeded) ||
        Number(b.uniqueness !== '') - Number(a.uniqueness !== '') ||
        b.scans - a.scans ||
        a.name.localeCompare(b.name),
    )
    return keeps === undefined
      ? []
      : others
          .filter((one) => !one.isNeeded && (one.uniqueness === '' || one.uniqueness === keeps.uniqueness))
          .map((index) => ({ index, keeps }))
  })
}

/**
 * B-tree indexes whose columns begin another one of the same table: the longer serves every query of the shorter. Only
 * for the sake of one that stays: of two that could each go because of the other's or nobody's use, none would be left.
 */
export function overlaps(all: readonly Index[]): readonly Redundant[] {
  const equal = new Set(duplicates(all).map(({ index }) => index))
  const valid = all.filter((one) => one.isValid && one.method === 'btree' && !equal.has(one))
  const byTable = Map.groupBy(valid, tableOf)
  return valid.flatMap((index) => {
    if (index.isNeeded || index.uniqueness !== '') return []
    const [keeps] = (byTable.get(tableOf(index)) ?? [])
      .filter((other) => other.columns.length > index.columns.length && covers(index, other))
      .filter((other) => begins(index, other) && stays(other))
      .toSorted((a, b) => b.columns.length - a.columns.length)
    return keeps === undefined ? [] : [{ index, keeps }]
  })
}

/** Nobody will be told that it is unused. */
function stays({ isNeeded, uniqueness, scans }: Index): boolean {
  return isNeeded || uniqueness !== '' || scans > 0
}

/**
 * Indexes that nothing has read and that nothing needs, but for those that another one makes superfluous anyway. What
 * has no partition yet holds nothing that could have been read.
 */
export function unused(all: readonly Index[]): readonly Index[] {
  const told = new Set([...duplicates(all), ...overlaps(all)].map(({ index }) => index))
  return all.filter((one) => one.isValid && !stays(one) && !told.has(one) && !isBare(one))
}

function isBare({ isPartitioned, parts }: Index): boolean {
  return isPartitioned && parts.length === 0
}

function sameKey({ schema, table, method, columns, included, predicate }: Index): string {
  return JSON.stringify([schema, table, method, columns, included, predicate])
}

function tableOf({ schema, table }: Index): string {
  return JSON.stringify([schema, table])
}

function covers(a: Index, b: Index): boolean {
  return a.predicate === b.predicate && (a.included === '' || a.included === b.included)
}

function begins(short: Index, long: Index): boolean {
  return short.columns.every((column, position) => long.columns[position] === column)
}
