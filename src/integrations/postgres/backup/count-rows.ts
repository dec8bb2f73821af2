import type { StepContext } from '../../../core/context.ts'
import { codeOf } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresFacts } from './facts.ts'
import type { Relation } from './relations.ts'
import type { Selection } from './selection.ts'
import type { CopySession } from './session.ts'

/** Its time was over; a standby has no rows of an unlogged table, and the dump of one neither. */
const notToBeCounted = ['57014', '0A000']
/** Bytes that are no text of the connection's encoding were replaced: such a name can be told, not asked for. */
const isNamed = ({ schema, name }: Relation): boolean => !`${schema}${name}`.includes('\uFFFD')

/**
 * Counts the rows of each table by itself, so that those of partitions are not counted twice, in the transaction that is
 * open. What is not counted within the limit, for all together, is null. Of tables whose rows are left out there are 0.
 */
export async function countRows(
  session: CopySession,
  { relations, withoutRows }: Selection,
  limitMs: number,
  ctx: StepContext,
  isWanted: () => boolean,
): Promise<PostgresFacts['tables']> {
  const until = ctx.clock.monotonicMs() + limitMs
  const tables: PostgresFacts['tables'] = []
  for (const one of relations.filter(({ kind }) => kind === 'r')) {
    const { schema, name } = one
    if (withoutRows.has(one.oid)) tables.push({ schema, name, rows: 0 })
    else {
      const leftMs = Math.floor(until - ctx.clock.monotonicMs())
      const isDue = leftMs > 0 && isWanted() && isNamed(one)
      tables.push({ schema, name, rows: isDue ? await countWithin(session, one, leftMs) : null })
    }
  }
  return tables
}

async function countWithin(session: CopySession, { schema, name }: Relation, limitMs: number): Promise<number | null> {
  await session.query('savepoint vigie_count')
  await session.query(`set local statement_timeout = ${limitMs}`)
  try {
    const sql = `select count(*)::text as count from only ${quoted(schema, name)}`
    const [row] = await session.query<{ count: string }>(sql, [], notToBeCounted)
    await session.query('release savepoint vigie_count')
    return row === undefined ? null : Number(row.count)
  } catch (error) {
    if (!notToBeCounted.includes(codeOf(error))) throw error
    await session.query('rollback to savepoint vigie_count')
    return null
  }
}
