import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import type { Condition } from './condition.ts'
import { refuseRule } from './refusal.ts'
import { statementLimitMs } from './run-batches.ts'
import type { Subject } from './subject.ts'
import type { WholePartition } from './whole-partitions.ts'

/** Detaching beside others came with it. */
const concurrentlySince = 140_000
/** Detaching beside others waits for those who read the table. */
const detachLimitMs = 60_000

const hasDefaultSql = `
  select 1 from pg_partitioned_table t where t.partrelid = $1::text::regclass and t.partdefid <> 0`

const leftSql = `
  select c.oid, n.nspname as schema, c.relname as name, h.inhparent is not null as "isPending",
         coalesce(pn.nspname, '') as "parentSchema", coalesce(p.relname, '') as "parentName"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_inherits h on h.inhrelid = c.oid
  left join pg_class p on p.oid = h.inhparent left join pg_namespace pn on pn.oid = p.relnamespace
  where c.relkind = 'r' and obj_description(c.oid, 'pg_class') = $1 || c.oid::text
    and (h.inhrelid is null or (to_jsonb(h) ->> 'inhdetachpending')::bool)`

type Left = {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly isPending: boolean
  readonly parentSchema: string
  readonly parentName: string
}

/**
 * Detaches a partition and drops it: beside others from PostgreSQL 14 on, where it has no default beside it, else in one
 * transaction under the limit on locks. It is marked before, so that the next run finds what a killed one left.
 */
export async function dropPartition(session: Acting, subject: Subject, partition: WholePartition): Promise<void> {
  const { oid, schema, name, parent } = partition
  const refuse = (): Error =>
    refuseRule({
      ...{ rule: subject.rule, table: `${subject.schema}.${subject.table}`, why: 'partition-changed' as const },
      detail: `${schema}.${name}`,
    })
  const sql = quoted(schema, name)
  const hasDefault = (await session.query(hasDefaultSql, [parent])).rows.length > 0
  if (session.serverVersion < concurrentlySince || hasDefault) {
    await session.transaction(async () => {
      // The lock of the detaching, taken before the look.
      await session.query(`lock table only ${parent}, only ${sql} in access exclusive mode`)
      if (!(await isSamePartition(session, sql, partition))) throw refuse()
      await session.query(`alter table ${parent} detach partition ${sql}`)
      await session.query(`drop table ${sql}`)
    })
    return
  }
  if (!(await isSamePartition(session, sql, partition))) throw refuse()
  // The mark has no other characters than these: no value can stand in this statement.
  await session.query(`comment on table ${sql} is '${markOf(subject)}${Math.round(oid)}'`)
  await session.setLimits({ statementMs: detachLimitMs })
  try {
    await session.query(`alter table ${parent} detach partition ${sql} concurrently`)
  } catch (error) {
    // What stays a partition must not bear the mark: whoever detaches it later may want to keep it.
    if (!(await isPending(session, oid))) await session.query(`comment on table ${sql} is null`)
    throw error
  }
  await session.setLimits({ statementMs: statementLimitMs })
  await session.transaction(async () => {
    await session.query(`lock table ${sql} in access exclusive mode`)
    const marked = await session.query<Left>(leftSql, [markOf(subject)])
    if (!marked.rows.some((one) => one.oid === oid && one.schema === schema && one.name === name)) throw refuse()
    await session.query(`drop table ${sql}`)
  })
}

/** It still is the partition that was looked at. */
export async function isSamePartition(
  session: Acting,
  sql: string,
  { oid, parent, bound }: WholePartition,
): Promise<boolean> {
  const { rows } = await session.query(
    `select 1 from pg_class c join pg_inherits h on h.inhrelid = c.oid
     where c.oid = $1::oid and c.oid = to_regclass($2::text) and h.inhparent = to_regclass($3::text)
       and pg_get_expr(c.relpartbound, c.oid) = $4::text`,
    [oid, sql, parent, bound],
  )
  return rows.length > 0
}

/** Ends what a killed run had begun, of the partitions that the plan names. One in which a row stands now that is to stay is left alone, and without its mark. */
export async function finishDropping(
  session: Acting,
  subject: Subject,
  condition: Condition,
  named: readonly string[],
): Promise<void> {
  const { rows } = await session.query<Left>(leftSql, [markOf(subject)])
  for (const { schema, name, isPending, parentSchema, parentName } of rows) {
    if (!named.includes(`${schema}.${name}`)) continue
    const sql = quoted(schema, name)
    if (isPending)
      await session.query(`alter table ${quoted(parentSchema, parentName)} detach partition ${sql} finalize`)
    await session.transaction(async () => {
      await session.query(`lock table ${sql} in access exclusive mode`)
      const staying = await session.query(
        `select 1 from ${sql} where (${condition.sql}) is not true limit 1`,
        condition.values,
      )
      await session.query(staying.rows.length > 0 ? `comment on table ${sql} is null` : `drop table ${sql}`)
    })
  }
}

/** The partitions that a killed run left half dropped, each with its schema. */
export async function leftPartitions(session: Acting, subject: Subject): Promise<readonly string[]> {
  const { rows } = await session.query<Left>(leftSql, [markOf(subject)])
  return rows.map(({ schema, name }) => `${schema}.${name}`)
}

async function isPending(session: Acting, oid: number): Promise<boolean> {
  const sql = `select 1 from pg_inherits h where h.inhrelid = $1::oid and (to_jsonb(h) ->> 'inhdetachpending')::bool`
  return (await session.query(sql, [oid])).rows.length > 0
}

function markOf({ oid }: Subject): string {
  return `vigie drops this partition of ${Math.round(oid)}: it was `
}
