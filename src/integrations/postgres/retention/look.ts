import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { sha256 } from '../../../core/hash.ts'
import type { Acting } from '../acting/acting.ts'
import { actsOnPrimary, actsOnPrimaryRemedy } from '../acting/acting-texts.ts'
import { quoted } from '../identifier.ts'
import { type ArchiveTable, archiveTableOf } from './archive-table.ts'
import { type Condition, conditionOf, provePredicates } from './condition.ts'
import { leftPartitions } from './drop-partition.ts'
import { pendingFiles, ruleFolder, unwritable } from './parquet-folder.ts'
import { type Reference, referencesOf } from './references.ts'
import { refuseRule } from './refusal.ts'
import { plainTexts } from './row-text.ts'
import type { RetentionRule } from './rule.ts'
import { type Subject, subjectOf } from './subject.ts'
import { type WholePartition, wholePartitions } from './whole-partitions.ts'

/** What a rule would do to a table as it is now. */
export interface RetentionLook {
  readonly subject: Subject
  readonly condition: Condition
  /** Rows that would go, and what they take as they are stored. */
  readonly count: number
  readonly bytes: number
  readonly references: readonly Reference[]
  readonly archive: ArchiveTable | undefined
  /** Those that go whole, or once their rows have moved; their rows are in `count`. */
  readonly partitions: readonly WholePartition[]
  /** Those that an interrupted run left in the middle, each with its schema: they go too. */
  readonly halfDropped: readonly string[]
  /** Partitions and files that an interrupted run left in the middle, and old partitions that are empty. */
  readonly left: number
  /** Where rows go that are to stand in files. */
  readonly files: { readonly folder: string; readonly asText: readonly string[] } | undefined
}

/** Between our clock and the server's; more would let rows go before their time. */
const clockToleranceMs = 300_000

/** Bytes of a row beside its values: its header and its pointer (PostgreSQL's page layout). */
const rowBytes = 28

/** Changes nothing, and is a transaction of its own. Throws `action-refused` when the rule cannot be followed. */
export async function lookAtRule(
  session: Acting,
  name: string,
  rule: RetentionRule,
  day: string,
  ctx: StepContext,
): Promise<RetentionLook> {
  await session.query(plainTexts)
  // To count takes longer so, and leaves the other cores to those who wait for an answer.
  await session.query('set max_parallel_workers_per_gather = 0')
  return session.transaction(async () => {
    await session.query('set transaction isolation level repeatable read read only')
    await proveServer(session, name, rule, ctx)
    const files = filesOf(name, rule, ctx)
    const table = await subjectOf(session, name, rule)
    // Files are by day.
    const subject = files === undefined ? table : byAge(table)
    await provePredicates(session, subject, rule)
    const archive =
      typeof rule.action === 'object' && 'archive' in rule.action
        ? await archiveTableOf(session, subject, rule.action.archive)
        : undefined
    const condition = conditionOf(subject, rule, day)
    const { count, bytes } = await countRows(session, subject, condition)
    const references = count === 0 ? [] : await referencesOf(session, subject, condition)
    const partitions = await wholePartitions(session, subject, rule, day)
    // What is to be moved by rows is never dropped, though an earlier rule may have begun to.
    const isDropping = subject.isPartitioned && rule.action === 'delete'
    const halfDropped = isDropping ? await leftPartitions(session, subject) : []
    const emptied = partitions.filter((one) => one.count === 0).length
    const left = halfDropped.length + emptied + (files === undefined ? 0 : pendingFiles(files.folder).length)
    return { subject, condition, count, bytes, references, archive, partitions, halfDropped, left, files }
  })
}

/** What the rule says: another rule under the same name is not what was approved. */
export function definitionOf(rule: RetentionRule): string {
  const { table, age, keep, action, where, hold } = rule
  return sha256({ table, age, keep, action, where, hold })
}

async function proveServer(session: Acting, name: string, rule: RetentionRule, ctx: StepContext): Promise<void> {
  const { rows } = await session.query<{ isStandby: boolean; aheadMs: number }>(
    `select pg_is_in_recovery() as "isStandby",
            (extract(epoch from $1::text::timestamptz - clock_timestamp()) * 1000)::float8 as "aheadMs"`,
    [ctx.clock.now().toISOString()],
  )
  const { isStandby = false, aheadMs = 0 } = rows[0] ?? {}
  if (isStandby) throw new VigieError('action-refused', actsOnPrimary({}), { hint: actsOnPrimaryRemedy({}) })
  if (aheadMs <= clockToleranceMs) return
  throw refuseRule({ rule: name, table: writtenName(rule), why: 'clock', detail: `${Math.round(aheadMs / 1000)} s` })
}

function filesOf(name: string, rule: RetentionRule, ctx: StepContext): RetentionLook['files'] {
  if (typeof rule.action !== 'object' || !('parquet' in rule.action)) return undefined
  const { parquet, asText } = rule.action
  const folder = ruleFolder(ctx.baseDir, parquet, name)
  const inTheWay = unwritable(folder)
  if (inTheWay === undefined) return { folder, asText }
  throw refuseRule({ rule: name, table: writtenName(rule), why: 'folder', detail: inTheWay })
}

function byAge(subject: Subject): Subject {
  const { age, key } = subject
  return { ...subject, order: [age, ...key.filter(({ name }) => name !== age.name)] }
}

function writtenName({ table }: RetentionRule): string {
  return typeof table === 'string' ? table : `${table.schema}.${table.name}`
}

/** The size of a value as it is stored: none is fetched from where long values stand. */
async function countRows(
  session: Acting,
  { sql, columns }: Subject,
  condition: Condition,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const sizes = columns.map(({ name }) => `coalesce(pg_catalog.pg_column_size(${quoted(name)}), 0)`)
  const { rows } = await session.query<{ count: number; bytes: number }>(
    `select count(*)::float8 as count, coalesce(sum(${[rowBytes, ...sizes].join(' + ')}), 0)::float8 as bytes
     from ${sql} where ${condition.sql}`,
    condition.values,
  )
  return rows[0] ?? { count: 0, bytes: 0 }
}
