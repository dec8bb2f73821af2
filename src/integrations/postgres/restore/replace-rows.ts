import { VigieError } from '../../../core/errors.ts'
import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import { literal } from './literal.ts'
import { raiseSequences } from './raise-sequences.ts'
import { keptSchema } from './restore-names.ts'
import { rowsDiffer, rowsDifferRemedy } from './table-texts.ts'

/** Rows that lie beside their table, and how they go into it. */
export interface Exchange {
  readonly schema: string
  readonly table: string
  readonly columns: readonly string[]
  readonly key: readonly string[]
  /** Columns whose equal values are the same to the last bit. */
  readonly exact: readonly string[]
  /** `replace`: the table holds these rows after it and no others. `merge`: others stay. */
  readonly way: 'replace' | 'merge'
  /** Rows are changed where they stand: they refer to each other, or have columns that the backup does not know. */
  readonly isInPlace: boolean
  /** The temporary table with the rows. */
  readonly side: string
  /** Where the rows of before are kept, in a schema of its own. */
  readonly kept: string
}

export interface Exchanged {
  readonly removed: number
  readonly written: number
}

type Trigger = { readonly name: string; readonly state: string }

/** By tgenabled: `O` fires, `R` on replicas, `A` always, `D` never. */
const enabling: Readonly<Record<string, string>> = { O: 'enable', R: 'enable replica', A: 'enable always' }

/** Who writes to the table waits, who reads it does not. */
export async function lockForExchange(session: Acting, exchanges: readonly Exchange[]): Promise<void> {
  const names = exchanges.map(({ schema, table }) => `only ${quoted(schema, table)}`)
  if (names.length > 0) await session.query(`lock table ${names.join(', ')} in share row exclusive mode`)
}

/**
 * Keeps the rows that are there, then brings in those beside, touching only rows that differ. Triggers of the team rest
 * meanwhile, foreign keys are held. In a transaction that holds the lock. Throws when the table is not as wanted after it.
 */
export async function exchangeRows(session: Acting, one: Exchange, remark: string): Promise<Exchanged> {
  const target = quoted(one.schema, one.table)
  const side = `pg_temp.${quoted(one.side)}`
  const columns = one.columns.map((name) => quoted(name)).join(', ')
  const keptTable = quoted(keptSchema, one.kept)
  await session.query(`create table ${keptTable} as select * from only ${target}`)
  await session.query(`comment on table ${keptTable} is ${literal(remark)}`)
  const triggers = await session.query<Trigger>(
    `select tgname::text as name, tgenabled::text as state from pg_trigger
     where tgrelid = to_regclass($1) and not tgisinternal order by 1`,
    [target],
  )
  if (triggers.rows.length > 0) await session.query(`alter table only ${target} disable trigger user`)
  const exchanged = await byDifference(session, one, { target, side, columns })
  for (const { name, state } of triggers.rows) {
    const how = enabling[state]
    if (how !== undefined) await session.query(`alter table only ${target} ${how} trigger ${quoted(name)}`)
  }
  await compare(session, one, { target, side, columns })
  await raiseSequences(session, target)
  return exchanged
}

interface Words {
  readonly target: string
  readonly side: string
  readonly columns: string
}

async function byDifference(session: Acting, one: Exchange, words: Words): Promise<Exchanged> {
  const { target, side, columns } = words
  if (one.way === 'replace' && one.key.length === 0) {
    const { count: removed } = await session.query(`delete from only ${target}`)
    const { count: written } = await session.query(`${insertInto(words)} select ${columns} from ${side}`)
    return { removed, written }
  }
  const isKey = one.key.map((name) => `s.${quoted(name)} = t.${quoted(name)}`).join(' and ')
  if (one.way === 'replace' && !one.isInPlace) {
    // Removed before the others come: no unique value is in the way then.
    const { count: removed } = await session.query(
      `delete from only ${target} t where not exists (select 1 from ${side} s where ${isKey} and ${isSame(one)})`,
    )
    const { count: written } = await session.query(
      `${insertInto(words)} select ${prefixed('s', one.columns)} from ${side} s
       where not exists (select 1 from only ${target} t where ${isKey})`,
    )
    return { removed, written }
  }
  const others = one.columns.filter((name) => !one.key.includes(name))
  const update =
    others.length === 0
      ? 'nothing'
      : `update set ${others.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}`
  const { count: written } = await session.query(
    `${insertInto(words)} select ${prefixed('s', one.columns)} from ${side} s
     where not exists (select 1 from only ${target} t where ${isKey} and ${isSame(one)})
     on conflict (${one.key.map((name) => quoted(name)).join(', ')}) do ${update}`,
  )
  if (one.way === 'merge') return { removed: 0, written }
  const { count: removed } = await session.query(
    `delete from only ${target} t where not exists (select 1 from ${side} s where ${isKey})`,
  )
  return { removed, written }
}

/** Every row beside stands in the table as it is; and, where it was replaced, no other does. */
async function compare(session: Acting, one: Exchange, { target, side }: Words): Promise<void> {
  const isKey = one.key.map((name) => `s.${quoted(name)} = t.${quoted(name)}`).join(' and ')
  const missing =
    one.key.length === 0
      ? '0'
      : `(select count(*) from ${side} s where not exists (select 1 from only ${target} t where ${isKey} and ${isSame(one)}))`
  const { rows } = await session.query<{ missing: string; there: string; wanted: string }>(
    `select (${missing})::text as missing, (select count(*) from only ${target})::text as there,
            (select count(*) from ${side})::text as wanted`,
  )
  const [found] = rows
  const isRight = found?.missing === '0' && (one.way === 'merge' || found.there === found.wanted)
  if (isRight) return
  const table = `${one.schema}.${one.table}`
  throw new VigieError(
    'action-refused',
    rowsDiffer({ table, expected: Number(found?.wanted ?? 0), actual: Number(found?.there ?? 0) }),
    { hint: rowsDifferRemedy({}) },
  )
}

/** As text where equal is not the same (1.0 and 1.00, -0 and 0), and where there is no equality (json, point). */
function isSame({ columns, key, exact }: Exchange): string {
  const others = columns.filter((name) => !key.includes(name))
  const same = others.map((name) => {
    const cast = exact.includes(name) ? '' : '::text'
    return `s.${quoted(name)}${cast} is not distinct from t.${quoted(name)}${cast}`
  })
  return ['true', ...same].join(' and ')
}

function insertInto({ target, columns }: Words): string {
  return `insert into ${target} as t (${columns}) overriding system value`
}

function prefixed(prefix: string, columns: readonly string[]): string {
  return columns.map((name) => `${prefix}.${quoted(name)}`).join(', ')
}
