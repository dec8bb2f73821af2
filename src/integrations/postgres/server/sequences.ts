import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'

/** A sequence, and the column that it feeds with the least room, by ownership or by its default. */
export type Sequence = {
  readonly oid: number
  readonly schema: string
  readonly name: string
  /** As PostgreSQL calls it: `bigint`. */
  readonly type: string
  readonly start: number
  readonly increment: number
  readonly min: number
  readonly max: number
  readonly cycles: boolean
  /** Null when it never gave one, and when it could not be seen. */
  readonly last: number | null
  /** Why its value was not seen: no right to, somebody changes it at the moment, or a standby has none of it. */
  readonly unseen: 'denied' | 'locked' | 'not-here' | null
  readonly column: FedColumn | null
  readonly role: string
}

export interface FedColumn {
  readonly schema: string
  readonly table: string
  readonly name: string
  /** `integer`; of a domain, what it is made of. */
  readonly type: string
  readonly isDomain: boolean
  readonly isIdentity: boolean
  /** It alone is unique: a value that comes again is refused. */
  readonly isKey: boolean
  /** Of the table, as last counted; null of a partitioned one. */
  readonly bytes: number | null
}

/** Each value that is read holds a lock until the end of the transaction, and the server has room for some thousands. */
const pageSize = 200
const maxSequences = 100_000

const listSql = `
  select oid::int8 as oid from pg_class where relkind = 'S' and relpersistence <> 't' order by oid limit ${maxSequences + 1}`

// To wait for the lock of somebody who changes a sequence would hold up those who come after us.
const sql = `
  with page as materialized (
    select c.oid, n.nspname, c.relname, s.*, c.relpersistence
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_sequence s on s.seqrelid = c.oid
    where c.oid = any($1::oid[])
  ), locked as materialized (
    select relation from pg_locks where mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
      and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()
  ), seen as (
    select page.*, case
        when not coalesce(has_sequence_privilege(oid, 'select, usage'), false) then 'denied'
        when relpersistence = 'u' and pg_is_in_recovery() then 'not-here'
        when oid in (select relation from locked) then 'locked' end as unseen
    from page
  )
  select oid::int8 as oid, nspname::text as schema, relname::text as name, format_type(seqtypid, null) as type,
         seqstart::float8 as start, seqincrement::float8 as increment, seqmin::float8 as min, seqmax::float8 as max,
         seqcycle as cycles, case when unseen is null then pg_sequence_last_value(oid::regclass)::float8 end as last,
         unseen, fed.*, current_user::text as role
  from seen left join lateral (
    select jsonb_build_object(
        'schema', tn.nspname, 'table', t.relname, 'name', a.attname, 'isDomain', ty.typtype = 'd',
        'type', format_type(base.oid, null), 'isIdentity', a.attidentity <> '' and d.deptype = 'i',
        'isKey', exists (select 1 from pg_index i where i.indrelid = t.oid and i.indisunique and i.indnkeyatts = 1
                         and i.indkey[0] = a.attnum and i.indpred is null),
        'bytes', case when t.relkind = 'r' then greatest(t.relpages, 0)::float8 * current_setting('block_size')::float8 end
      ) as column
    from (
      select refobjid as relid, refobjsubid as attnum, deptype from pg_depend
      where classid = 'pg_class'::regclass and objid = seen.oid and objsubid = 0
        and refclassid = 'pg_class'::regclass and refobjsubid > 0 and deptype in ('a', 'i')
      union all
      -- As a number, lest its index be taken: after a restore, before an analyze, all defaults would be read for each sequence.
      select ad.adrelid, ad.adnum, dd.deptype from pg_depend dd join pg_attrdef ad on ad.oid = dd.objid
      where dd.classid::int8 = 'pg_attrdef'::regclass::int8 and dd.refclassid = 'pg_class'::regclass and dd.refobjid = seen.oid
    ) d
    join pg_class t on t.oid = d.relid join pg_namespace tn on tn.oid = t.relnamespace
    join pg_attribute a on a.attrelid = t.oid and a.attnum = d.attnum and not a.attisdropped
    join pg_type ty on ty.oid = a.atttypid
    cross join lateral (
      with recursive made as (
        select ty.oid, ty.typbasetype union all
        select b.oid, b.typbasetype from made join pg_type b on b.oid = made.typbasetype
      ) select oid from made where typbasetype = 0
    ) base
    order by case base.oid when 'int2'::regtype then 0 when 'int4'::regtype then 1 else 2 end, d.deptype, t.oid, a.attnum
    limit 1
  ) fed on true
  order by oid`

export interface SequencesSeen {
  readonly answer: Answer<Sequence>
  /** There are more than a look takes. */
  readonly isCut: boolean
}

/** All sequences of the database. What is dropped meanwhile is none any more. */
export async function sequences(component: Component<PostgresOptions>, ctx: StepContext): Promise<SequencesSeen> {
  const list = await ask<{ oid: number }>(component, { sql: listSql }, ctx)
  if (!list.ok) return { answer: list, isCut: false }
  const oids = list.rows.slice(0, maxSequences).map(({ oid }) => oid)
  const rows: Sequence[] = []
  for (let from = 0; from < oids.length; from += pageSize) {
    const page = oids.slice(from, from + pageSize)
    const answer = await ask<Sequence>(component, { sql, values: () => [page] }, ctx)
    if (!answer.ok) return { answer, isCut: false }
    rows.push(...answer.rows)
  }
  return { answer: { ...list, rows }, isCut: list.rows.length > maxSequences }
}

const columnLimits: Readonly<Record<string, readonly [number, number]>> = {
  smallint: [-(2 ** 15), 2 ** 15 - 1],
  integer: [-(2 ** 31), 2 ** 31 - 1],
  bigint: [-(2 ** 63), 2 ** 63 - 1],
}

export interface Fill {
  /** Of the values between the first that it can give and its end, how much is used: 0 to 1, more when past it. */
  readonly ratio: number
  /** Values that are left to give. */
  readonly left: number
  /** What ends first. */
  readonly endsBy: 'column' | 'sequence'
}

/**
 * How far it is. It counts from its start, or from 1 (descending: -1) when it started further on: what lies before is not
 * used, but gone. Undefined for one that begins again at its end without harm.
 */
export function fillOf({ start, increment, min, max, cycles, last, column }: Sequence): Fill | undefined {
  const [columnMin, columnMax] = columnLimits[column?.type ?? ''] ?? [
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]
  // Downwards is upwards in a mirror.
  const up = increment > 0
  const [low, high, columnHigh, from] = up ? [min, max, columnMax, start] : [-max, -min, -columnMin, -start]
  const endsBy = columnHigh <= high && columnHigh < 2 ** 63 - 1 ? 'column' : 'sequence'
  if (cycles && endsBy === 'sequence' && column?.isKey !== true) return undefined
  const end = Math.min(high, columnHigh)
  const origin = Math.min(from, Math.max(low, 1))
  if (last === null) return { ratio: 0, left: Math.floor((end - origin) / Math.abs(increment)) + 1, endsBy }
  const at = up ? last : -last
  const left = Math.max(0, Math.floor((end - at) / Math.abs(increment)))
  return { ratio: end <= origin ? 1 : Math.max(0, (at - origin + 1) / (end - origin + 1)), left, endsBy }
}
