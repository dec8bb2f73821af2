import { VigieError } from '../../../core/errors.ts'
import type { Acting } from '../acting/acting.ts'
import { estimateIndex, type Judged } from './estimate.ts'
import { extensionSql, type PgstattupleFacts, type Tree, treeOf, treeSql } from './measure.ts'
import { type IndexFacts, indexesSql } from './relations.ts'

/** What a rebuild would give back of each B-tree of at least so many bytes, by its number; without those that cannot be judged. */
export async function indexGains(session: Acting, leastBytes: number): Promise<ReadonlyMap<number, Judged>> {
  const { rows } = await session.query<IndexFacts>(indexesSql, [leastBytes])
  const judged = rows.map(estimateIndex).filter((part): part is Judged => 'bloatBytes' in part)
  return new Map(judged.map((part) => [part.oid, part]))
}

/** As the server measures it where pgstattuple is installed and the role may use it; else as it was estimated. */
export async function measuredGain(session: Acting, estimate: Judged): Promise<Judged> {
  const [extension] = (await session.query<PgstattupleFacts>(extensionSql)).rows
  if (extension?.isAllowed !== true) return estimate
  try {
    const [seen] = (await session.query<Tree>(treeSql(extension.schema), [estimate.oid])).rows
    return seen === undefined ? estimate : treeOf(estimate, seen)
  } catch (error) {
    // Locked, or gone meanwhile: the estimate stands, and it is looked at again before anything is done.
    if (error instanceof VigieError && error.code === 'action-refused') return estimate
    throw error
  }
}
